/** An interview's page: chapters and lines seek the film, the transcript follows it. Without it the links open the film. */

const film = document.querySelector<HTMLVideoElement>("video[data-film]");
const list = document.querySelector<HTMLElement>("[data-transcript]");
const follow = document.querySelector<HTMLInputElement>("[data-follow]");
const lines = Array.from(list?.querySelectorAll<HTMLElement>("[data-from]") ?? []);

/** The last line that has begun; the lines stand in order. */
function lineAt(second: number): HTMLElement | null {
  let found: HTMLElement | null = null;
  for (const line of lines) {
    if (Number(line.dataset.from) > second + 0.05) {
      break;
    }
    found = line;
  }
  return found;
}

function mark(player: HTMLVideoElement): void {
  const line = lineAt(player.currentTime);
  const before = list?.querySelector("[aria-current]");
  if (line === before) {
    return;
  }
  before?.removeAttribute("aria-current");
  line?.setAttribute("aria-current", "true");
  if (line && list && follow?.checked) {
    // Only the list moves, never the page under the reader.
    list.scrollTop = line.offsetTop - list.offsetTop - list.clientHeight / 3;
  }
}

if (film) {
  const player = film;
  document.addEventListener("click", (event) => {
    const link = (event.target as HTMLElement).closest<HTMLElement>("[data-seek]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) {
      return;
    }
    event.preventDefault();
    player.currentTime = Number(link.dataset.seek);
    mark(player);
    player.play().catch(() => undefined);
    player.scrollIntoView({ block: "nearest" });
  });
  player.addEventListener("timeupdate", () => mark(player));
  player.addEventListener("seeked", () => mark(player));
  document.querySelector<HTMLElement>("[data-follow-box]")?.removeAttribute("hidden");
}
