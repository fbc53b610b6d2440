/** The server's clock, guessed from answers: the quicker one came, the better its guess. */
export class ServerClock {
  private offset: number;
  private trip = Infinity;

  constructor(now: number) {
    this.offset = now - performance.now();
  }

  /** Takes the time an answer bore; `sent` is `performance.now()` when it was asked for. */
  learn(told: number, sent: number): void {
    const received = performance.now();
    const trip = received - sent;
    // Old guesses grow worse as clocks drift.
    this.trip *= 1.02;
    if (trip <= this.trip) {
      this.trip = trip;
      this.offset = told - (sent + received) / 2;
    }
  }

  now(): number {
    return performance.now() + this.offset;
  }
}

/** A delay around `base`, so that a hall full of phones does not ask in step. */
export function around(base: number, random: () => number = Math.random): number {
  return base * (0.75 + random() * 0.5);
}
