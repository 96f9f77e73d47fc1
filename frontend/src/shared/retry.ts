// Repeats a request until it succeeds or is refused for good.

import { asApiError, type ApiError } from "./http";

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 8_000;

/** The person cancelled. */
export class Cancelled extends Error {}

interface Patience {
  cancelled(): boolean;
  /** The studio does not answer; null: it does again. */
  trouble(error: ApiError | null): void;
  /** Looks into a passing failure; throws where it will not pass after all. */
  examine?(): Promise<void>;
}

/** Calls again after every passing failure, with longer and longer pauses. */
export async function persist<Result>(
  call: () => Promise<Result>,
  patience: Patience,
): Promise<Result> {
  for (let failures = 0; ; failures += 1) {
    if (patience.cancelled()) throw new Cancelled();
    try {
      const result = await call();
      patience.trouble(null);
      return result;
    } catch (failure) {
      if (patience.cancelled()) throw new Cancelled();
      const error = asApiError(failure);
      if (!error.passing) throw error;
      await patience.examine?.();
      patience.trouble(error);
      await pause(Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures));
    }
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
