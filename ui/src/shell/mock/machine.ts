/** The machine the twin pretends to run on. */
import { ShellError, type DeviceStandingView, type DeviceView, type Probes } from "../types";
import { digests } from "./bytes";

export function machine(wish: string | null) {
  const identity = digests("this machine").sha256;
  const network = "6c:1f:f7:20:4a:91";
  const other: DeviceView = { identity: digests("another").sha256, name: "取证二号机", network, registeredAt: "2026-11-02T01:10:00Z", registeredBy: "林知远", confirmedAt: null, confirmedBy: null, retiredAt: null };
  const devices: DeviceView[] = [other];
  let probes: Probes = { timeServers: ["ntp.north.example", "ntp.southern.example"], resolvers: ["192.0.2.53", "198.51.100.53"], egressServices: [], dateHosts: [], referencePages: ["http://known.example/"] };
  const now = () => new Date().toISOString();
  const find = (wanted: string) => {
    const found = devices.find((one) => one.identity === wanted);
    if (!found) throw new ShellError("unknown-device");
    return found;
  };
  const register = (name: string, person: string) => {
    if (devices.some((one) => one.identity === identity)) throw new ShellError("device-known");
    devices.push({ identity, name, network, registeredAt: now(), registeredBy: person, confirmedAt: null, confirmedBy: null, retiredAt: null });
  };
  const confirm = (wanted: string, person: string) => {
    const device = find(wanted);
    if (device.registeredBy === person) throw new ShellError("same-person");
    Object.assign(device, { confirmedAt: now(), confirmedBy: person });
  };
  if (wish) register("取证一号机", "林知远");
  if (wish === "office") confirm(identity, "苏晚");

  return {
    standing(): DeviceStandingView {
      const device = devices.find((one) => one.identity === identity) ?? null;
      const ofOffice = device !== null && device.confirmedAt !== null && device.retiredAt === null;
      return structuredClone({ identity, network, device, ofOffice, inNetwork: ofOffice });
    },
    list: () => structuredClone(devices),
    register,
    confirm,
    retire: (wanted: string) => void Object.assign(find(wanted), { retiredAt: now() }),
    probes: () => structuredClone(probes),
    probesSet: (chosen: Probes) => void (probes = structuredClone(chosen)),
  };
}
