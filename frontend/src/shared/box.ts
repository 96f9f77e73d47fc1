// A box as it crosses the wire, in labelling and in browsing alike.

/** A rectangle in a picture, as shares of its width and height, 0 to 1. */
export interface Box {
  class_name: string;
  left: number;
  top: number;
  width: number;
  height: number;
}
