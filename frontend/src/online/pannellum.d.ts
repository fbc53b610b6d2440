/** What this product uses of Pannellum 2.5; the library brings no types. */
declare module "pannellum/build/pannellum.js";

interface PannellumSpot {
  id: string;
  pitch: number;
  yaw: number;
  cssClass: string;
  createTooltipFunc: (place: HTMLElement) => void;
}

interface PannellumScene {
  type: "equirectangular";
  panorama: string;
  preview?: string;
  pitch: number;
  yaw: number;
  hfov: number;
  hotSpots: PannellumSpot[];
}

interface PannellumViewer {
  getPitch(): number;
  getYaw(): number;
  getHfov(): number;
  setPitch(pitch: number, animated?: number | boolean): PannellumViewer;
  setYaw(yaw: number, animated?: number | boolean): PannellumViewer;
  setHfov(hfov: number, animated?: number | boolean): PannellumViewer;
  lookAt(pitch: number, yaw: number, hfov?: number, animated?: number | boolean): PannellumViewer;
  loadScene(key: string, pitch?: number, yaw?: number, hfov?: number): PannellumViewer;
  getScene(): string;
  addHotSpot(spot: PannellumSpot, scene?: string): PannellumViewer;
  removeHotSpot(id: string, scene?: string): boolean;
  mouseEventToCoords(event: MouseEvent): [number, number];
  isOrientationSupported(): boolean;
  isOrientationActive(): boolean;
  startOrientation(): void;
  stopOrientation(): void;
  toggleFullscreen(): PannellumViewer;
  resize(): void;
  destroy(): void;
  on(name: string, listener: (value: string) => void): PannellumViewer;
}

interface Window {
  pannellum: { viewer(place: HTMLElement, options: unknown): PannellumViewer };
}
