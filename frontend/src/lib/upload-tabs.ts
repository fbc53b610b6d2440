/** Several tabs of one person with the same files: one sends, the others wait and hear how it ended. */

const CHANNEL = "skillweek-uploads";

/** What one tab tells the others: a file arrived, or was given up. */
export interface Ending {
  id: string;
  /** The stored file's id; "" when it was given up. */
  fileId: string;
}

/**
 * Do `work` while no other tab does work of the same id. `onWait` is called when another one does; `work` hears
 * whether it had to wait. Browsers without locks (or without HTTPS) leave it to the server, which admits one writer.
 */
export async function alone<T>(
  id: string,
  signal: AbortSignal,
  onWait: () => void,
  work: (waited: boolean) => Promise<T>,
): Promise<T> {
  if (!navigator.locks) {
    return work(false);
  }
  const name = `skillweek-upload-${id}`;
  const first = await navigator.locks.request(name, { ifAvailable: true }, async (lock) =>
    lock ? { result: await work(false) } : null,
  );
  if (first) {
    return first.result;
  }
  onWait();
  return await navigator.locks.request(name, { signal }, () => work(true));
}

/** Hear from and tell the other tabs; does nothing where browsers cannot. */
export class Tabs {
  private readonly channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(CHANNEL);

  constructor(onEnding: (ending: Ending) => void) {
    if (this.channel) {
      this.channel.onmessage = (event) => onEnding(event.data as Ending);
    }
  }

  tell(ending: Ending): void {
    this.channel?.postMessage(ending);
  }

  close(): void {
    this.channel?.close();
  }
}
