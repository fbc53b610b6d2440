/** GCJ-02, the shifted datum of Chinese maps, back to WGS-84. */

const A = 6378245.0;
const E = 0.00669342162296594323;

function shiftLatitude(x: number, y: number): number {
  let value = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x));
  value += ((20 * Math.sin(6 * x * Math.PI) + 20 * Math.sin(2 * x * Math.PI)) * 2) / 3;
  value += ((20 * Math.sin(y * Math.PI) + 40 * Math.sin((y / 3) * Math.PI)) * 2) / 3;
  return value + ((160 * Math.sin((y / 12) * Math.PI) + 320 * Math.sin((y * Math.PI) / 30)) * 2) / 3;
}

function shiftLongitude(x: number, y: number): number {
  let value = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x));
  value += ((20 * Math.sin(6 * x * Math.PI) + 20 * Math.sin(2 * x * Math.PI)) * 2) / 3;
  value += ((20 * Math.sin(x * Math.PI) + 40 * Math.sin((x / 3) * Math.PI)) * 2) / 3;
  return value + ((150 * Math.sin((x / 12) * Math.PI) + 300 * Math.sin((x / 30) * Math.PI)) * 2) / 3;
}

/** WGS-84 latitude and longitude to GCJ-02. */
export function wgsToGcj(latitude: number, longitude: number): [number, number] {
  const radians = (latitude / 180) * Math.PI;
  const magic = 1 - E * Math.sin(radians) ** 2;
  const root = Math.sqrt(magic);
  const north = shiftLatitude(longitude - 105, latitude - 35);
  const east = shiftLongitude(longitude - 105, latitude - 35);
  return [
    latitude + (north * 180) / (((A * (1 - E)) / (magic * root)) * Math.PI),
    longitude + (east * 180) / ((A / root) * Math.cos(radians) * Math.PI),
  ];
}

/** GCJ-02 latitude and longitude to WGS-84, by stepping closer until it fits to a centimetre. */
export function gcjToWgs(latitude: number, longitude: number): [number, number] {
  let [lat, lon] = [latitude, longitude];
  for (let step = 0; step < 10; step += 1) {
    const [a, b] = wgsToGcj(lat, lon);
    lat += latitude - a;
    lon += longitude - b;
  }
  return [lat, lon];
}
