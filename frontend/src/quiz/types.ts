/** What the server tells about a live round (`quiz/queries/live.py`). Times are milliseconds of its clock. */
export interface Question {
  stem: string;
  options: string[];
  many: boolean;
  judge: boolean;
  kind: string;
  picture: string;
  alt: string;
}

export interface Told {
  k: string;
  phase: "lobby" | "question" | "reveal" | "board" | "over" | "gone" | "removed";
  n: number;
  of: number;
  players: number;
  opens: number;
  shuts: number;
  seconds: number;
  locked: boolean;
  q?: Question;
  right?: string;
  why?: string;
  top?: { rank: number; name: string; points: number }[];
  me?: { rank: number; points: number; gained: number; right: boolean | null };
}

export interface HostTold extends Told {
  answered?: number;
  correct?: number;
  counts?: Record<string, number>;
  names?: [number, string][];
}

export interface PlayerConfig {
  state: string;
  answer: string;
  join: string;
  first: Told;
  now: number;
}

export interface HostConfig {
  state: string;
  act: string;
  first: HostTold;
  now: number;
}

export const LETTERS = "ABCDEF";
