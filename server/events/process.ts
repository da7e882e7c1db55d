/** What names a process to people, where it has more than one name. */
/** The digits of a container's id that `docker ps` and `crictl ps` show. */
export const shortId = (container: string): string => container.slice(0, 12);

interface Placed {
  nsPid?: number | undefined;
  container?: string | null | undefined;
}
/** `7 in its pid namespace`, `container 3f0c1d2e8a4b`: what there is to say beside the pid. */
export function placeWords({ nsPid, container }: Placed): string[] {
  return [
    ...(nsPid === undefined ? [] : [`${nsPid} in its pid namespace`]),
    ...(container ? [`container ${shortId(container)}`] : []),
  ];
}
