import { describe, expect, it } from "vitest";
import { containerOf } from "./container.ts";

const ID = "7a1f".repeat(16);
const OTHER = "0c2e".repeat(16);
const POD = "3f0c1d2e-8a4b-4f6d-9b1e-2c3d4e5f6a7b";

describe("containerOf", () => {
  it.each([
    ["docker, version 1", `12:pids:/docker/${ID}\n0::/`],
    ["docker, systemd", `0::/system.slice/docker-${ID}.scope`],
    ["a cgroup of its own in the container", `0::/system.slice/docker-${ID}.scope/init.scope`],
    ["Kubernetes, cgroupfs", `11:cpu:/kubepods/burstable/pod${POD}/${ID}`],
    [
      "Kubernetes, containerd",
      `0::/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod${POD.replaceAll("-", "_")}.slice/cri-containerd-${ID}.scope`,
    ],
    [
      "containerd, told a systemd path with the cgroupfs driver",
      `9:memory:/system.slice/containerd.service/kubepods-burstable-pod${POD.replaceAll("-", "_")}.slice:cri-containerd:${ID}`,
    ],
    ["CRI-O", `0::/kubepods.slice/kubepods-pod${POD.replaceAll("-", "_")}.slice/crio-${ID}.scope`],
    [
      "Podman without root",
      `0::/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${ID}.scope/container`,
    ],
    ["Podman, version 1", `3:devices:/machine.slice/libpod-${ID}.scope`],
    ["nested: the innermost", `0::/docker/${OTHER}/kubelet/kubepods/pod${POD}/${ID}`],
    ["seen from another cgroup namespace", `0::/../../docker-${ID}.scope`],
  ])("%s", (_, text) => {
    expect(containerOf(`${text}\n`)).toBe(ID);
  });

  it("ECS on Fargate", () => {
    const id = "c2e5a1b0".repeat(4);
    expect(containerOf(`1:name=systemd:/ecs/${id}/${id}-2531612879\n`)).toBe(`${id}-2531612879`);
  });

  it.each([
    ["none", "0::/user.slice/user-1000.slice/session-3.scope\n"],
    ["the root", "4:memory:/\n0::/\n"],
    ["Podman's monitor, which is beside the container", `0::/machine.slice/libpod-conmon-${ID}.scope\n`],
    ["CRI-O's monitor", `0::/system.slice/crio-conmon-${ID}.scope\n`],
    ["a shorter hash", `0::/system.slice/docker-${ID.slice(0, 32)}.scope\n`],
    ["no text", ""],
  ])("null: %s", (_, text) => {
    expect(containerOf(text)).toBeNull();
  });
});
