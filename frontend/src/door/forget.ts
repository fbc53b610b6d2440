/** Empties what the page at the door kept, when the person signs out (B9). Small, because every page loads it. */
export const KEPT = "skillweek-door";
export const FLAG = "skillweek-door";
export const LISTS = "skillweek-door-lists";

/**
 * On a page that nobody is signed in to: the lists and the kept page go, so that whoever comes next finds nothing. Taps
 * that were never sent hold only ids and counts; they stay and wait for their owner.
 */
export async function forgetWhenSignedOut(): Promise<void> {
  if (document.querySelector('meta[name="csrf-token"]')) {
    return;
  }
  try {
    if (!localStorage.getItem(FLAG)) {
      return;
    }
    indexedDB.deleteDatabase(LISTS);
    await window.caches?.delete(KEPT);
    const workers = (await navigator.serviceWorker?.getRegistrations()) ?? [];
    await Promise.all(workers.filter((one) => one.scope.endsWith("/w/bookings/")).map((one) => one.unregister()));
    // Last of all: a page that is left too early leaves the rest to the next one.
    localStorage.removeItem(FLAG);
  } catch {
    // A browser that keeps nothing has nothing to forget.
  }
}
