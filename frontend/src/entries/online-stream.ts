/** HLS in a video element, loaded only when somebody wants to watch: by the browser itself where it can, else by hls.js. */
import Hls from "hls.js/light";

/** Play ``url``; ``failed`` is called once, when it cannot go on. */
export function playStream(video: HTMLVideoElement, url: string, failed: () => void): void {
  if (video.canPlayType("application/vnd.apple.mpegurl")) {
    video.src = url;
    video.addEventListener("error", failed, { once: true });
    void video.play().catch(() => undefined);
    return;
  }
  if (!Hls.isSupported()) {
    failed();
    return;
  }
  // A worker would come from a blob, which the content security policy does not allow.
  const hls = new Hls({ enableWorker: false });
  let mended = false;
  hls.on(Hls.Events.ERROR, (_name, data) => {
    if (!data.fatal) {
      return;
    }
    // A broken piece is stepped over once; what the network does not bring was asked for several times already.
    if (data.type === Hls.ErrorTypes.MEDIA_ERROR && !mended) {
      mended = true;
      hls.recoverMediaError();
      return;
    }
    hls.destroy();
    failed();
  });
  hls.on(Hls.Events.MANIFEST_PARSED, () => void video.play().catch(() => undefined));
  hls.loadSource(url);
  hls.attachMedia(video);
}
