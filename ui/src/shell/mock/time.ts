/** Tokens opened, and authorities as they stand. */
import type { AuthorityState, ChosenAuthority, PublicAuthority, SealView, TokenFieldView, WaitingRow } from "../types";
import { digests } from "./bytes";
import type { MockCase } from "./cases";

const zhen = (zh: string, en: string) => ({ zh, en });

/** Some of the fields that the real office reads. */
export function fieldsOf(seal: SealView, ordinal: number): TokenFieldView[] {
  const token = seal.tokens.find((one) => one.ordinal === ordinal);
  const field = (key: string, name: [string, string], value: string, meaning: [string, string]): TokenFieldView => ({ key, name: zhen(...name), value, meaning: zhen(...meaning) });
  return [
    field("gen-time", ["时间", "Time"], token?.time ?? "", ["机构声明：下列完整性校验值不晚于此时间已经存在。不表明数据形成于此时间。", "The authority states that the digest below existed no later than this. It does not state when the data were made."]),
    field("accuracy", ["精度", "Accuracy"], "±1 s", ["机构声明的时间误差范围；未载明的，误差未知，不视为零。", "How far off the time may be by the authority's own statement; where it says nothing this is unknown, not zero."]),
    field("imprint", ["完整性校验值", "Digest"], digests(`seal ${seal.number}`).sha256, ["机构所见的全部内容：机构没有收到数据本身。", "All that the authority ever saw; the data themselves were not sent."]),
    field("nonce", ["随机数", "Nonce"], "", ["本处请求中的随机数，机构原样返回。", "The random number of the request, returned as it was."]),
  ];
}

export function standingOf(one: ChosenAuthority, listed: PublicAuthority | undefined, asked: boolean, date: string): AuthorityState {
  const now = asked ? new Date().toISOString() : null;
  return {
    name: one.name,
    url: one.url,
    ownRoot: one.ownRoot,
    operator: listed?.operator ?? null,
    standing: listed?.standing ?? null,
    listed: listed ? date : null,
    policy: asked ? "2.16.840.1.114412.7.1" : null,
    accuracyMillis: asked ? 1000 : null,
    expires: asked ? "2034-11-26T00:00:00Z" : null,
    lastToken: now,
    lastAsked: now,
    answered: asked,
    clockOffset: asked ? 0 : null,
  };
}

export function waitingIn(cases: MockCase[]): WaitingRow[] {
  return cases.flatMap((one) =>
    one.view.seals
      .filter((seal) => seal.state === "waiting")
      .map((seal) => ({ caseId: one.view.id, number: one.view.number, seal: seal.number, items: seal.items, since: seal.deviceTime })),
  );
}
