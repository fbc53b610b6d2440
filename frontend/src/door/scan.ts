/** Reads QR codes from the camera: by the browser's own detector where there is one, else in plain JavaScript. */
import decodeQR from "qr/decode.js";
import { t } from "../lib/i18n";

interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
type DetectorClass = { new (options: { formats: string[] }): Detector; getSupportedFormats(): Promise<string[]> };

const PAUSE = 150;
/** Pictures are made this wide before they are read: enough for a ticket, quick on an old phone. */
const WIDTH = 640;
/** The same code is not read again for so long. */
const REST = 4000;

export class Scanner {
  private stream: MediaStream | null = null;
  private last = "";
  private lastAt = 0;

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly onCode: (text: string) => void,
  ) {}

  get isOn(): boolean {
    return this.stream !== null;
  }

  /** Rejects with a sentence that says what to do. */
  async start(): Promise<void> {
    if (!navigator.mediaDevices?.getUserMedia) {
      throw new Error(t("这里不能用相机：网址需要以 https 开头。请输取票码或手机后四位。", "The camera needs an https address. Please type the code or the last four digits."));
    }
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } }, audio: false });
    } catch {
      throw new Error(t("没有打开相机。请在浏览器设置里允许使用相机，或输取票码。", "The camera did not open. Please allow it in the browser's settings, or type the code."));
    }
    this.video.srcObject = this.stream;
    await this.video.play();
    void this.loop(await detector());
  }

  stop(): void {
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
    this.video.srcObject = null;
  }

  private async loop(own: Detector | null): Promise<void> {
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("2d", { willReadFrequently: true });
    while (this.stream) {
      const text = own ? await detected(own, this.video) : this.decoded(canvas, context);
      if (text && (text !== this.last || Date.now() - this.lastAt > REST)) {
        this.last = text;
        this.onCode(text);
      }
      if (text) {
        this.lastAt = Date.now();
      }
      await new Promise((resolve) => window.setTimeout(resolve, PAUSE));
    }
  }

  private decoded(canvas: HTMLCanvasElement, context: CanvasRenderingContext2D | null): string {
    const { videoWidth, videoHeight } = this.video;
    if (!context || !videoWidth) {
      return "";
    }
    canvas.width = Math.min(WIDTH, videoWidth);
    canvas.height = Math.round((canvas.width / videoWidth) * videoHeight);
    context.drawImage(this.video, 0, 0, canvas.width, canvas.height);
    try {
      return decodeQR(context.getImageData(0, 0, canvas.width, canvas.height));
    } catch {
      return "";
    }
  }
}

async function detector(): Promise<Detector | null> {
  const found = (window as unknown as { BarcodeDetector?: DetectorClass }).BarcodeDetector;
  try {
    return found && (await found.getSupportedFormats()).includes("qr_code") ? new found({ formats: ["qr_code"] }) : null;
  } catch {
    return null;
  }
}

async function detected(own: Detector, video: HTMLVideoElement): Promise<string> {
  try {
    return (await own.detect(video))[0]?.rawValue ?? "";
  } catch {
    return "";
  }
}
