import type { AuthorityList, PublicAuthority } from "../types";

function listed(id: string, zh: string, en: string, operator: string, country: string, url: string, access: PublicAuthority["access"] = "open"): PublicAuthority {
  const note = { zh: "示例条目，不对应任何真实机构。", en: "An example; no such authority exists." };
  return { id, name: { zh, en }, operator, url, country, access, standing: "unknown", note };
}

/** Names that belong to nobody: the real list comes with the program, not with its twin. */
export const publicList: AuthorityList = {
  date: "2026-11-22",
  about: { zh: "列入不表示信任；信任只来自信任文件。", en: "Being listed is no trust: trust comes from the trust file alone." },
  authorities: [
    listed("north", "北辰时间戳服务", "North Timestamping", "北辰认证中心（示例）", "CN", "https://tsa.north.example/rfc3161"),
    listed("southern", "南十字时间戳", "Southern Cross Timestamping", "Southern Cross Trust Ltd (example)", "NL", "http://timestamp.southern.example"),
    listed("meridian", "子午时间戳", "Meridian Qualified TSA", "Meridian Trust Services SA (example)", "FR", "http://tsa.meridian.example/qualified", "unknown"),
    listed("harbour", "海港时间戳", "Harbour TSA", "Harbour Digital Ltd (example)", "SG", "https://tsa.harbour.example", "contract"),
  ],
};
