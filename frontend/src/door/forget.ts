/** Empties what the page at the door kept, when the person signs out (B9). Small, because every page loads it. */
export const KEPT = "skillweek-door";
export const FLAG = "skillweek-door";
export const LISTS = "skillweek-door-lists";

/** Lists and the kept page go; taps that were never sent hold only ids and counts, and wait for their owner. */
export function forgetDoor(): void {
  try {
    if (!localStorage.getItem(FLAG)) {
      return;
    }
    localStorage.removeItem(FLAG);
    indexedDB.deleteDatabase(LISTS);
    void window.caches?.delete(KEPT);
    void navigator.serviceWorker?.getRegistrations().then((all) => all.forEach((one) => void (one.scope.endsWith("/w/bookings/") && one.unregister())));
  } catch {
    // A browser that keeps nothing has nothing to forget.
  }
}

/** Signing out, and the page to sign in: whoever comes next finds nothing. */
export function forgetAtSignOut(): void {
  if (location.pathname.startsWith("/accounts/login")) {
    forgetDoor();
  }
  document.addEventListener("submit", (event) => {
    if ((event.target as HTMLFormElement).action.endsWith("/accounts/logout/")) {
      forgetDoor();
    }
  });
}
