/** What the server gives the page at the door (`bookings/queries/door.py`) and takes from it (`domain/door_queue.py`). */
export interface Inside {
  at: string;
  by: string;
  people: number;
  client_id: string;
}

export interface Expected {
  id: number;
  name: string;
  group: string;
  code: string;
  last4: string;
  party: number;
  number: number | null;
  waits: boolean;
  hash: string;
  inside: Inside | null;
}

export interface DoorState {
  expected: Expected[];
  walkIns: Record<string, number>;
  arrived: number;
  stamp: number;
  csrf: string;
}

export interface Settings {
  session: number;
  owner: string;
  zone: string;
  audiences: { code: string; name: string }[];
  urls: { state: string; send: string };
  worker: string;
  scope: string;
  state: DoorState;
}

/** One tap that the server has not answered yet. `undo` takes back an earlier one. */
export interface Entry {
  client_id: string;
  booking?: number | null;
  people?: number;
  audience?: string;
  at?: string;
  undo?: true;
}

export interface Answer {
  client_id: string;
  status: "ok" | "duplicate" | "undone" | "refused";
  message?: string;
  code?: string;
  at?: string;
  by?: string;
  people?: number;
}
