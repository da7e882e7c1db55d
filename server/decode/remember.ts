/** Sets the newest entry of a map that holds so many at most: the one that was set longest ago is forgotten. */
export function remember<K, V>(map: Map<K, V>, key: K, value: V, limit: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= limit) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    break;
  }
}
