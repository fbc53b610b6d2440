/** Scenes as `online/queries/tours.py` resolves them for the viewer. */
export interface Size {
  width: number;
  url: string;
}

export interface ShownSpot {
  key: string;
  kind: "text" | "picture" | "video" | "scene" | "major" | "link";
  pitch: number;
  yaw: number;
  title: string;
  text: string;
  scene: string;
  scene_name: string;
  url: string;
  is_own: boolean;
  label: string;
  icon: string;
  picture: string;
  picture_alt: string;
  video: string;
  poster: string;
}

export interface ShownScene {
  key: string;
  name: string;
  text: string;
  pitch: number;
  yaw: number;
  hfov: number;
  sizes: Size[];
  preview: string;
  hotspots: ShownSpot[];
}
