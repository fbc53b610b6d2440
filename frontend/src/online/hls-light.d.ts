/** The light build has no types of its own: what it has is what the full build has. */
declare module "hls.js/light" {
  export { default } from "hls.js";
}
