/** The container that a process runs in, from its control groups. Pure. */

/** What names the container in its cgroup: 64 hexadecimal digits (OCI runtimes), or those of ECS on Fargate. */
const ID = /^(?:[0-9a-f]{64}|[0-9a-f]{32}-\d{1,20})$/;

/**
 * @param cgroup text of /proc/PID/cgroup: `number:controllers:path` a line.
 * @returns the container's id, null where no path has one. Docker, containerd, CRI-O, Podman and Kubernetes' forms of it:
 *   `/docker/ID`, `/kubepods/burstable/podUID/ID`, `docker-ID.scope`, `cri-containerd-ID.scope`, `crio-ID.scope`,
 *   `libpod-ID.scope/container`, `…pod_UID.slice:cri-containerd:ID`. Of containers in containers, the innermost.
 */
export function containerOf(cgroup: string): string | null {
  for (const line of cgroup.split("\n")) {
    const path = line.split(":").slice(2).join(":");
    for (const part of path.split("/").toReversed()) {
      const id = idOf(part);
      if (id) return id;
    }
  }
  return null;
}

/** A runtime's monitor (conmon) has a cgroup of its own beside the container's, with its id: it isn't in the container. */
function idOf(part: string): string | null {
  const name = part.replace(/\.scope$/, "");
  if (/(?:^|-)conmon-/.test(name)) return null;
  if (ID.test(name)) return name;
  const last = name.slice(Math.max(name.lastIndexOf("-"), name.lastIndexOf(":")) + 1);
  return ID.test(last) ? last : null;
}
