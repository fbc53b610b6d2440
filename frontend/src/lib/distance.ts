/** Distances on the ground, and how people say them. */

const EARTH_RADIUS_KM = 6371.0088;

/** Kilometres as the crow flies between two points, each [latitude, longitude] in WGS-84 degrees. */
export function distanceKm(one: readonly [number, number], other: readonly [number, number]): number {
  const [phi1, lambda1, phi2, lambda2] = [...one, ...other].map((degrees) => (degrees * Math.PI) / 180) as [
    number, number, number, number,
  ];
  const half =
    Math.sin((phi2 - phi1) / 2) ** 2 + Math.cos(phi1) * Math.cos(phi2) * Math.sin((lambda2 - lambda1) / 2) ** 2;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(half)));
}

/** 350 m, 1.2 km, 18 km. */
export function distanceInWords(kilometres: number): string {
  if (kilometres < 1) {
    return `${Math.max(50, Math.round(kilometres * 20) * 50)} m`;
  }
  return kilometres < 10 ? `${kilometres.toFixed(1)} km` : `${Math.round(kilometres)} km`;
}
