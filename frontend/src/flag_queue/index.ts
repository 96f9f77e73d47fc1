// flag_queue: judge labels that look wrong, one after the other; one key says what is true.

import classesCss from "../shared/classes.css";
import tilesCss from "../shared/tiles.css";
import { mountable } from "../shared/mount";
import type { QueueData } from "./data";
import { FlagQueue } from "./queue";
import css from "./style.css";

export default mountable<QueueData>(
  tilesCss + classesCss + css,
  (host, args) => new FlagQueue(host, args),
);
