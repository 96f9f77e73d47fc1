// The model itself: LiteRT.js runs its file, one sample at a time.

import { loadAndCompile, loadLiteRt, Tensor, type CompiledModel, type TypedArray } from "@litertjs/core";
import { outputs } from "./adapter";
import { readFile } from "./assets";
import type { Facts, Sample } from "./facts";
import { inputs } from "./inputs";
import { supply } from "./runtime";

export class Engine {
  private constructor(
    readonly facts: Facts,
    private readonly model: CompiledModel,
  ) {}

  /** Loads LiteRT and the model. */
  static async load(facts: Facts): Promise<Engine> {
    const [wasm, file] = await Promise.all([readFile("wasm"), readFile("model")]);
    supply(wasm);
    await loadLiteRt("litert.js");
    return new Engine(facts, await loadAndCompile(file, { accelerator: "wasm" }));
  }

  /** Returns the probability of every class. */
  async predict(sample: Sample): Promise<Float32Array> {
    const { facts } = this;
    const taken = new Tensor(inputs(sample, facts) as TypedArray, facts.input_shape);
    let given: Tensor[] = [];
    try {
      given = await this.model.run(taken);
      const first = given[0];
      if (!first) throw new Error("The model gave no answer.");
      return outputs(Float32Array.from(await first.data()), facts.adapter);
    } finally {
      taken.delete();
      for (const tensor of given) tensor.delete();
    }
  }
}
