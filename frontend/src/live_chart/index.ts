// live_chart: the curves of a run while it trains, or those of a group of runs together.

import { mountable, type Arguments, type Instance } from "../shared/mount";
import { GroupView, type GroupData } from "./group";
import { RunView, type ChartData } from "./run";
import css from "./style.css";

type Data = ChartData | GroupData;

function isGroup(args: Arguments<Data>): args is Arguments<GroupData> {
  return "group" in args.data;
}

class LiveChart implements Instance<Data> {
  private view: RunView | GroupView;

  constructor(
    private readonly host: HTMLElement,
    args: Arguments<Data>,
  ) {
    this.view = this.make(args);
  }

  update(args: Arguments<Data>): void {
    const { view } = this;
    if (isGroup(args)) {
      if (view instanceof GroupView && view.group === args.data.group) return view.update(args);
    } else if (view instanceof RunView && view.run === (args.data as ChartData).run) {
      return view.update(args as Arguments<ChartData>);
    }
    view.dispose();
    this.view = this.make(args);
  }

  dispose(): void {
    this.view.dispose();
  }

  private make(args: Arguments<Data>): RunView | GroupView {
    if (isGroup(args)) return new GroupView(this.host, args);
    return new RunView(this.host, args as Arguments<ChartData>);
  }
}

export default mountable<Data>(css, (host, args) => new LiveChart(host, args));
