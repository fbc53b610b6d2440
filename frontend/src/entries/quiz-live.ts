/** A live round in a hall: the host's screen, or a player's phone. */
import { readJson } from "../lib/dom";
import { runHost } from "../quiz/host";
import { runPlayer } from "../quiz/player";
import type { HostConfig, PlayerConfig } from "../quiz/types";

const screen = document.getElementById("live-screen");
const phone = document.getElementById("live-play");
if (screen) {
  runHost(screen, readJson<HostConfig>("live-config"));
} else if (phone) {
  runPlayer(phone, readJson<PlayerConfig>("live-config"));
}
