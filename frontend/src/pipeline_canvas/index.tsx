// pipeline_canvas: a pipeline draft, drawn. Topology, places and their history are the canvas's; settings are Python's.

import flowCss from "@xyflow/react/dist/base.css";
import { ReactFlowProvider } from "@xyflow/react";
import { createRoot, type Root } from "react-dom/client";
import { mountable, type Arguments, type Instance } from "../shared/mount";
import { Actions } from "./actions";
import { Board } from "./board";
import { Canvas } from "./canvas";
import nodeCss from "./node.css";
import paletteCss from "./palette.css";
import css from "./style.css";
import type { CanvasData } from "./types";

class PipelineCanvas implements Instance<CanvasData> {
  private actions: Actions;
  private readonly width: number;
  private readonly root: Root;

  constructor(
    host: HTMLElement,
    private args: Arguments<CanvasData>,
  ) {
    this.width = host.clientWidth;
    const place = document.createElement("div");
    host.append(place);
    this.root = createRoot(place);
    this.actions = this.make(args.data);
    this.render();
    window.addEventListener("pagehide", this.leave);
  }

  update(args: Arguments<CanvasData>): void {
    const before = this.args.data;
    this.args = args;
    const { data } = args;
    if (data.name !== before.name || data.readonly !== before.readonly) {
      this.actions.dispose();
      this.actions.board.dispose();
      this.actions = this.make(data);
    } else {
      const wanted = this.actions.board.take(data);
      if (wanted.length > 0) this.actions.show(wanted);
    }
    this.render();
  }

  dispose(): void {
    window.removeEventListener("pagehide", this.leave);
    this.actions.dispose();
    this.actions.board.dispose();
    this.root.unmount();
  }

  private readonly leave = (): void => {
    this.actions.settle();
    this.actions.board.saver?.flush();
  };

  private make(data: CanvasData): Actions {
    const { name } = data;
    return new Actions(
      new Board(data, (report) => this.args.setStateValue("canvas", { name, ...report })),
    );
  }

  private render(): void {
    const { name, readonly, height } = this.args.data;
    this.root.render(
      <ReactFlowProvider key={`${name} ${readonly}`}>
        <Canvas actions={this.actions} name={name} height={height} width={this.width} />
      </ReactFlowProvider>,
    );
  }
}

const styles = flowCss + css + nodeCss + paletteCss;

export default mountable<CanvasData>(styles, (host, args) => new PipelineCanvas(host, args));
