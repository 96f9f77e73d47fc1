// How fast it goes: the person's own answers a minute, and how long the whole session will take.

const MINUTE = 60_000;
const WINDOW_MS = 5 * MINUTE;
const OWN_NEEDS_MS = 10_000;
const ALL_NEEDS_MS = 30_000;

export class Pace {
  private times: number[] = [];
  private readings: { at: number; answers: number }[] = [];

  /** The person gave answers just now. */
  gave(count: number): void {
    const now = performance.now();
    for (let number = 0; number < count; number += 1) this.times.push(now);
  }

  /** The studio counts so many answers of everybody. */
  note(answers: number): void {
    const at = performance.now();
    this.readings = this.readings.filter((reading) => at - reading.at < WINDOW_MS);
    if (answers < (this.readings.at(-1)?.answers ?? 0)) this.readings = [];
    this.readings.push({ at, answers });
  }

  /** The person's answers a minute; 0 until there is enough to tell. */
  get perMinute(): number {
    const now = performance.now();
    const first = this.times.findIndex((time) => now - time < MINUTE);
    if (first === -1) {
      this.times = [];
      return 0;
    }
    if (first > 0) this.times.splice(0, first);
    const since = now - (this.times[0] ?? now);
    if (since < OWN_NEEDS_MS) return 0;
    return Math.round((this.times.length / since) * MINUTE);
  }

  /** Seconds until so many answers more have been given at everybody's pace; null: too early to tell. */
  secondsFor(answers: number): number | null {
    const now = performance.now();
    const first = this.readings[0];
    const last = this.readings.at(-1);
    let perSecond = this.perMinute / 60;
    if (first && last && now - first.at >= ALL_NEEDS_MS && last.answers > first.answers) {
      perSecond = Math.max(perSecond, ((last.answers - first.answers) / (now - first.at)) * 1000);
    }
    return perSecond > 0 && answers > 0 ? answers / perSecond : null;
  }
}
