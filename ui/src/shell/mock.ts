/**
 * The same office in memory: the screens run on it in any browser, and so do their tests.
 *
 * It keeps the rules a screen can meet (who may review, what bars a seal), with believable content and short waits.
 * `?office=none|closed|open|large` chooses where it begins, `?authorities=silent` lets no authority answer;
 * `anchors=`, `rails=silent` and `witness=` are told of in `mock/rails.ts` and `mock/anchors.ts`.
 */
import { anchorBook, logBook } from "./mock/anchors";
import { publicList } from "./mock/authorities";
import { bridge, type Bridge } from "./mock/bridge";
import { digests, sampleBytes } from "./mock/bytes";
import { handlersOf, hitOf, newCase, rowOf, seedCases, viewOf, type MockCase } from "./mock/cases";
import { newVisits } from "./mock/visit";
import { capturedFacts, captureInto, captureSteps, picture, refusalFor } from "./mock/capture";
import { reportOf } from "./mock/cleanliness";
import { confirmReason, keepRecords, proposalOf, recordsOf, seedWork, showRecord, writeRecord } from "./mock/records";
import { machine } from "./mock/machine";
import { paperPdf } from "./mock/paper";
import { addCopy, approvePaper, issuePaper, papersOf, renewPaper, seedPapers, signBeside, signPaper, wordsOf, writePaper } from "./mock/papers";
import { railBook } from "./mock/rails";
import { dueRows, renewDue } from "./mock/due";
import { templateBook } from "./mock/templates";
import { fieldsOf, standingOf, waitingIn } from "./mock/time";
import { reportsFor } from "./mock/reports";
import { answer, classOf, newSeal } from "./mock/sealing";
import {
  ShellError,
  type ChosenAuthority,
  type ItemView,
  type OfficeInfo,
  type OnProgress,
  type Person,
  type RecordBody,
  type RecordRow,
  type SealView,
  type Shell,
  type SigningSettings,
  type Task,
} from "./types";

interface Office {
  info: OfficeInfo;
  people: (Person & { passphrase: string })[];
  authorities: ChosenAuthority[];
  cases: MockCase[];
}

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export function mockShell(): Shell {
  const wish = new URLSearchParams(location.search);
  const silent = wish.get("authorities") === "silent";
  let office: Office | null = null;
  let person: Person | null = null;
  const templateFolder = templateBook();
  const cancelled = new Set<string>();
  const renewed = new Set<string>();
  /** Reports written, so that none is written over. */
  const saved: string[] = [];
  /** `proposed=NAME`: somebody else proposed a renewal before. */
  const proposer = wish.get("proposed");
  let proposal: { person: string; at: string; caseId: string | null } | null = proposer ? { person: proposer, at: new Date().toISOString(), caseId: null } : null;
  const outside: Bridge = bridge();
  /** `device=office|registered`, else this machine is not known. */
  const visits = newVisits();
  const desk = machine(wish.get("device"));
  /** Addresses refused once already; the second time they go well. */
  const refused = new Set<string>();
  let interrupted = wish.get("interrupted") === "yes" || wish.get("interrupted") === "unreadable";
  const unreadable = wish.get("interrupted") === "unreadable";
  const passphrase = "correct horse battery";

  const begin = wish.get("office") ?? "open";
  if (begin !== "none") {
    office = standing(begin === "large" ? 100_000 : 36, passphrase);
    office.info.demonstration = wish.get("demonstration") === "yes";
    office.info.testedCopy = wish.get("copy") === "tested";
    if (wish.get("people") === "one") office.people.splice(1);
    const first = office.cases[0];
    if (first && wish.get("records") === "wanted") seedWork(first);
    const fourth = office.cases[4];
    if (fourth && wish.get("papers") === "several") seedPapers(fourth);
    if (begin !== "closed") person = office.people[0] ?? null;
  }

  const mute = wish.get("rails") === "silent";
  const cases = () => office?.cases ?? [];
  const rails = railBook(wish.get("anchors"), mute);
  const anchors = anchorBook(wish.get("anchors"), mute, rails, cases);
  const log = logBook(wish.get("witness"), mute, cases);
  let upgrades = 0;
  outside.expose({ railsSent: rails.sent, upgrades: () => upgrades, saveTemplate: (what: "broken" | "sound") => templateFolder.save(what) });
  /** As if somebody else had been logged in. */
  outside.expose({ propose: (person: string, caseId: string) => (proposal = { person, at: new Date().toISOString(), caseId }) });

  function open(): { office: Office; person: Person } {
    if (!office || !person) throw new ShellError("locked");
    return { office, person };
  }
  const signing: SigningSettings = { kinds: [], seal: false, location: "" };

  function find(caseId: string): MockCase {
    const found = open().office.cases.find((one) => one.view.id === caseId);
    if (!found) throw new ShellError("unknown-case");
    return found;
  }
  function caseOf(documentId: string): MockCase {
    const one = open().office.cases.find((each) => each.view.certificates.some((paper) => paper.documentId === documentId));
    if (!one) throw new ShellError("unknown-case");
    return one;
  }
  function note(one: MockCase, act: string, subject: string, item = 0): void {
    const sequence = one.journal.length + 1;
    const digest = digests(`${one.view.id} ${sequence} ${act} ${subject}`).sha256;
    one.journal.push({ sequence, at: new Date().toISOString(), person: open().person.name, act, item, subject, digest });
  }
  function wrote(caseId: string, row: RecordRow): RecordRow {
    note(find(caseId), row.complete ? "record.completed" : "record.drafted", `${row.kind}-${row.number} v${row.version}`);
    return structuredClone(row);
  }
  /** Rails that cover the case and of which nothing was declared. */
  function undeclared(caseId: string): string[] {
    return anchors.interests(caseId).filter((row) => row.relation === null).map((row) => row.rail);
  }
  function needs(...roles: Person["roles"]): void {
    if (!open().person.roles.some((role) => roles.includes(role))) throw new ShellError("role", { needed: roles.join(", ") });
  }
  function stop(job: string): void {
    if (cancelled.delete(job)) throw new ShellError("stopped");
  }
  async function steps(job: string, onProgress: OnProgress, task: Task, total: number, names: string[]): Promise<void> {
    const rounds = Math.max(4, Math.min(60, Math.ceil(total / 8_000_000)));
    for (let round = 0; round <= rounds; round += 1) {
      stop(job);
      const current = names[Math.min(names.length - 1, Math.floor((round / rounds) * names.length))] ?? "";
      onProgress({ task, done: Math.floor((total * round) / rounds), total, current });
      await wait(45);
    }
  }

  return {
    async appInfo() {
      return { version: "0.1.0", suggestedFolder: "/home/office/Fidem" };
    },
    async officeStatus() {
      if (!office) return { state: "none" };
      if (!person) {
        const people = office.people.map((one) => one.name);
        return { state: "closed", folder: office.info.folder, name: office.info.name, demonstration: office.info.demonstration, people };
      }
      return { state: "open", office: { ...office.info }, person };
    },
    async officePeople(folder) {
      if (!office || folder !== office.info.folder) throw new ShellError("no-office", { folder });
      return office.people.map((one) => one.name);
    },
    async officeCreate(fields) {
      await wait(250);
      const first = { id: 1, name: fields.person, roles: ["clerk", "admin"] as Person["roles"], passphrase: fields.passphrase };
      office = { info: { name: fields.name, folder: fields.folder, demonstration: false, testedCopy: false }, people: [first], authorities: [], cases: [] };
      person = first;
      const code = "7KQ2M-9XW4T-C3RHE-V8PA1-5JN6D-YB0SG-Q4ZK7-M2TXR";
      return { office: fields.name, folder: fields.folder, person: fields.person, code, madeAt: new Date().toISOString() };
    },
    async officeOpen(login) {
      await wait(200);
      const found = office?.people.find((one) => one.name === login.person);
      if (!found) throw new ShellError("unknown-person", { person: login.person });
      if (found.passphrase !== login.passphrase) throw new ShellError("wrong-passphrase", { person: login.person });
      person = found;
    },
    async officeRecover(recovery) {
      await wait(200);
      const found = office?.people.find((one) => one.name === recovery.person);
      if (!found) throw new ShellError("unknown-person", { person: recovery.person });
      if (recovery.sheet.replace(/[\s-]/g, "").length !== 40) throw new ShellError("wrong-recovery-sheet");
      found.passphrase = recovery.passphrase;
      person = found;
    },
    async officeLock() {
      person = null;
    },
    async personList() {
      return open().office.people.map(({ id, name, roles }) => ({ id, name, roles }));
    },
    async personAdd(fields) {
      const { people } = open().office;
      if (people.some((one) => one.name === fields.name)) throw new ShellError("person-exists", { person: fields.name });
      const added = { id: people.length + 1, name: fields.name, roles: fields.roles, passphrase: fields.passphrase };
      people.push(added);
      return added;
    },
    async authoritiesPublic() {
      return publicList;
    },
    async authoritiesChosen() {
      return [...open().office.authorities];
    },
    async authoritiesChoose(choices) {
      const { office } = open();
      const before = office.authorities;
      office.authorities = choices.map(({ name, url, rootPath }) => ({
        name,
        url,
        ownRoot: rootPath !== null || before.some((one) => one.url === url && one.ownRoot),
      }));
    },

    async caseList(words, offset, limit) {
      const { cases } = open().office;
      const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
      const rows = wanted.length ? cases.filter((one) => wanted.every((word) => `${one.view.number} ${one.view.matter} ${one.view.applicant}`.toLowerCase().includes(word))) : cases;
      return { total: rows.length, rows: rows.slice(offset, offset + limit).map(rowOf) };
    },
    async caseNew(fields) {
      const { office, person } = open();
      const made = newCase(office.cases.length + 1, fields.matter, fields.applicant, person.name, new Date().toISOString());
      office.cases.unshift(made);
      note(made, "case.opened", fields.matter);
      return made.view.id;
    },
    async caseShow(caseId, look) {
      await wait(10);
      const one = find(caseId);
      if (look) note(one, "case.viewed", "");
      return structuredClone(viewOf(one));
    },
    async caseUpdate(caseId, change) {
      const one = find(caseId);
      Object.assign(one.view, change);
      note(one, "case.corrected", Object.values(change).join(" "));
    },
    async caseItems(caseId, offset, limit) {
      const { items } = find(caseId);
      return structuredClone({ total: items.length, items: items.slice(offset, offset + limit) });
    },
    async itemPreview(caseId, number) {
      const item = find(caseId).items.find((one) => one.number === number);
      if (!item) throw new ShellError("unknown-item");
      return sampleBytes(item.mediaType, item.name);
    },
    async itemWithdraw(caseId, number, reason) {
      const one = find(caseId);
      const item = one.items.find((other) => other.number === number);
      if (!item) throw new ShellError("unknown-item");
      if (item.seal !== null) throw new ShellError("item-sealed");
      item.withdrawn = { reason, at: new Date().toISOString(), person: open().person.name };
      note(one, "item.withdrawn", reason, number);
    },
    async takeIn(job, caseId, paths, facts, onProgress) {
      const one = find(caseId);
      const files = paths.flatMap((path) => outside.files(path));
      const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
      await steps(job, onProgress, "take-in", bytes, files.map((file) => file.path));
      const batch = Math.max(0, ...one.items.map((item) => item.batch)) + 1;
      note(one, "batch.received", facts.handedOverBy);
      const readable = files.filter((file) => !file.path.endsWith(".lnk"));
      for (const file of readable) {
        const item: ItemView = {
          number: one.items.length + 1,
          name: file.path.split("/").at(-1) ?? file.path,
          class: classOf(facts.origin),
          mediaType: file.mediaType,
          bytes: file.bytes,
          ...digests(file.path + file.bytes),
          receivedAt: new Date().toISOString(),
          batch,
          facts: structuredClone(facts),
          seal: null,
          withdrawn: null,
          withheld: null,
        };
        one.items.push(item);
        note(one, "item.added", item.name, item.number);
      }
      const refused = files.filter((file) => file.path.endsWith(".lnk")).map((file) => ({ path: file.path, code: "symlink" }));
      return { items: readable.length, refused, stopped: false };
    },
    async cancelJob(job) {
      cancelled.add(job);
    },
    async seal(job, caseId, onProgress) {
      const { office, person } = open();
      const one = find(caseId);
      keepRecords(one);
      const fresh = one.items.filter((item) => item.seal === null && !item.withdrawn);
      const begun = one.view.seals.find((seal) => seal.state === "waiting");
      if (!fresh.length && !begun) throw new ShellError("nothing-to-seal");
      await steps(job, onProgress, "stamp", office.authorities.length, office.authorities.map((authority) => authority.name));
      const seal = fresh.length ? newSeal(one, fresh, person.name) : (begun as SealView);
      answer(seal, office.authorities, silent);
      note(one, seal.state === "sealed" ? "seal.completed" : "seal.begun", String(seal.number));
      const { number, state, items, tokens } = seal;
      return structuredClone({ number, state, items, tokens });
    },
    async review(caseId, seal) {
      const one = find(caseId);
      const { person } = open();
      if (handlersOf(one).includes(person.name)) throw new ShellError("same-person");
      if (!person.roles.some((role) => role === "reviewer" || role === "notary")) throw new ShellError("role", { needed: "reviewer, notary" });
      one.view.reviews.push({ at: new Date().toISOString(), person: person.name, seal, current: true });
      note(one, "review.approved", String(seal));
    },
    async certify(caseId, kind, chineseOnly) {
      needs("clerk", "notary");
      const one = find(caseId);
      await wait(400);
      const made = issuePaper(one, kind, chineseOnly, open().person.name, undeclared(caseId));
      if (signing.kinds.includes(kind)) one.papers.toSign.push(made);
      note(one, "certificate.issued", made);
      return made;
    },
    async certificateBytes(documentId) {
      await wait(120);
      const one = open().office.cases.find((each) => each.view.certificates.some((made) => made.documentId === documentId));
      const made = one?.view.certificates.find((each) => each.documentId === documentId);
      if (!one || !made) throw new ShellError("unknown-document", { documentId });
      return paperPdf(viewOf(one), one.items, made.kind, wordsOf(one, made.kind), { number: documentId, office: open().office.info.name, chineseOnly: false });
    },
    async paperPreview(caseId, kind, chineseOnly) {
      await wait(120);
      const one = find(caseId);
      if (viewOf(one).unsealed > 0) throw new ShellError("unsealed");
      if (one.view.seals.some((seal) => seal.state === "waiting")) throw new ShellError("seal-waiting");
      return paperPdf(viewOf(one), one.items, kind, wordsOf(one, kind), { number: "", office: open().office.info.name, chineseOnly });
    },
    async papers(caseId, chineseOnly) {
      await wait(20);
      return structuredClone(papersOf(find(caseId), chineseOnly, undeclared(caseId)));
    },
    async paperWrite(caseId, kind, words) {
      needs("clerk", "notary");
      writePaper(find(caseId), kind, words, open().person.name);
      note(find(caseId), "certificate.drafted", kind);
    },
    async paperApprove(caseId, kind, chineseOnly, points) {
      needs("reviewer", "notary");
      approvePaper(find(caseId), kind, chineseOnly, points, open().person.name, undeclared(caseId));
      note(find(caseId), "certificate.approved", kind);
    },
    async statusListSave(caseId, folder) {
      find(caseId);
      return `${folder}/status-list.txt`;
    },
    async copyAdd(caseId, copy) {
      needs("clerk", "notary", "archivist");
      addCopy(find(caseId), { ...copy, at: new Date().toISOString(), person: open().person.name });
      note(find(caseId), "certificate.copied", copy.documentId);
    },
    copies: async (caseId) => structuredClone(find(caseId).papers.copies),
    async signDocument(documentId, capacity, key) {
      const one = caseOf(documentId);
      const signed = signPaper(one, documentId, capacity, key, open().person.name);
      note(one, "certificate.signed", documentId);
      return signed;
    },
    async signBeside(documentId, capacity, key) {
      const one = caseOf(documentId);
      const signed = signBeside(one, documentId, capacity, key, open().person.name);
      note(one, "certificate.signed-beside", documentId);
      return signed;
    },
    async renewDocument(documentId) {
      const one = caseOf(documentId);
      if (proposal?.caseId !== one.view.id || proposal.person === open().person.name) throw new ShellError("second-person", { proposed_by: proposal?.person ?? "" });
      const renewed = renewPaper(one, documentId);
      note(one, "certificate.signed", documentId);
      return renewed;
    },
    signingSettings: async () => structuredClone(signing),
    async signingSettingsSet(settings, sealPath) {
      needs("admin");
      Object.assign(signing, settings, { seal: settings.seal || sealPath !== null });
    },
    draftSave: async (caseId, what, folder) => `${folder}/${what}-${find(caseId).view.number}.docx`,
    async exportHandover(job, caseId, folder, onProgress) {
      const one = find(caseId);
      const standing = one.items.filter((item) => !item.withdrawn);
      await steps(job, onProgress, "export", standing.reduce((sum, item) => sum + item.bytes, 0), standing.map((item) => item.name));
      one.view.revisions += 1;
      const place = `${folder}/${one.view.number.replace(/[()]/g, "")}-交付`;
      note(one, "case.exported", place);
      return {
        folder: place,
        package: "case.asice",
        revision: one.view.revisions,
        deliveredAt: silent ? null : new Date().toISOString(),
        receipts: one.view.certificates.map((each) => `${each.documentId}.pdf`),
        originals: standing.length,
        verifier: true,
      };
    },
    async journal(caseId, from, limit) {
      const { journal } = find(caseId);
      const entries = journal.filter((entry) => entry.sequence >= from).slice(0, limit);
      const last = entries.at(-1)?.sequence ?? 0;
      return structuredClone({ entries, nextFrom: last < journal.length ? last + 1 : null });
    },

    records: async (caseId) => structuredClone(recordsOf(find(caseId))),
    recordShow: async (caseId, kind, number) => structuredClone(showRecord(find(caseId), kind, number)),
    onsiteProposal: async (caseId) => structuredClone(proposalOf(find(caseId), open().person, desk.standing())),
    onsiteWrite: async (caseId, number, form, complete) => wrote(caseId, writeRecord(find(caseId), "onsite", number, bodyOf({ onsite: form }), complete, open().person)),
    phoneWrite: async (caseId, number, form, complete) => wrote(caseId, writeRecord(find(caseId), "phone", number, bodyOf({ phone: form }), complete, open().person)),
    reasonWrite: async (caseId, number, form) => wrote(caseId, writeRecord(find(caseId), "reason", number, bodyOf({ reason: form }), false, open().person)),
    reasonConfirm: async (caseId, number) => wrote(caseId, confirmReason(find(caseId), number, open().person)),

    async tokenFields(caseId, ordinal) {
      const seal = find(caseId).view.seals.find((one) => one.tokens.some((token) => token.ordinal === ordinal));
      if (!seal) throw new ShellError("damaged", { what: String(ordinal) });
      return fieldsOf(seal, ordinal);
    },
    async authoritiesStanding() {
      const { office } = open();
      const asked = office.cases.some((one) => one.view.seals.some((seal) => seal.state === "sealed"));
      return office.authorities.map((one) => standingOf(one, publicList.authorities.find((listed) => listed.url === one.url), asked, publicList.date));
    },
    async waiting() {
      return waitingIn(open().office.cases);
    },
    async retry(job, onProgress) {
      const { office } = open();
      await steps(job, onProgress, "stamp", office.authorities.length, office.authorities.map((authority) => authority.name));
      for (const one of office.cases) for (const seal of one.view.seals) if (seal.state === "waiting") answer(seal, office.authorities, silent);
      return waitingIn(office.cases);
    },
    async caseAnchors(caseId) {
      return anchors.of(find(caseId).view.id);
    },
    async caseInterests(caseId) {
      return anchors.interests(find(caseId).view.id);
    },
    async interestDeclare(caseId, rail, relation, explanation) {
      needs("clerk", "notary");
      anchors.declare(find(caseId).view.id, { rail, relation, explanation });
    },
    async anchorings() {
      open();
      return anchors.all();
    },
    async anchorSubmit() {
      needs("clerk", "notary");
      await wait(150);
      return anchors.submit();
    },
    async anchorUpgrade(all) {
      needs("clerk", "notary");
      upgrades += 1;
      await wait(150);
      return anchors.upgrade(all);
    },
    async anchorProof(caseId, item, path) {
      return anchors.proof(caseId, find(caseId).items.find((one) => one.number === item)?.seal ?? null, path);
    },
    async rails() {
      open();
      return rails.view();
    },
    async railSet(form) {
      needs("admin");
      rails.set(form);
    },
    async railRemove(name) {
      needs("admin");
      rails.remove(name);
    },
    async railTest(name) {
      await wait(150);
      return rails.test(name);
    },
    async anchorPolicySet(publicChains) {
      needs("admin");
      rails.allow(publicChains);
    },
    async officeLog() {
      open();
      return log.view();
    },
    async witnessesChoose(witnesses) {
      needs("admin");
      log.choose(witnesses);
    },
    async logCosign() {
      needs("clerk", "notary");
      await wait(150);
      return log.cosign();
    },
    logPublish: async () => log.publish(),
    async renewalProposal() {
      return proposal && { ...proposal, own: proposal.person === open().person.name };
    },
    async renewalPropose(caseId) {
      proposal = { person: open().person.name, at: new Date().toISOString(), caseId };
    },
    async due() {
      return dueRows(open().office.cases, renewed);
    },
    async renew(job, caseId, onProgress) {
      if (silent) throw new ShellError("no-authority");
      const rows = dueRows(open().office.cases, renewed).filter((row) => caseId === null || row.caseId === caseId);
      await steps(job, onProgress, "renew", 40_000_000, rows.map((row) => row.number));
      proposal = null;
      return renewDue(rows, renewed);
    },

    async verify(job, paths, trustPath, dataPaths, onProgress) {
      await steps(job, onProgress, "verify", 180_000_000, paths);
      return reportsFor(paths, trustPath, dataPaths);
    },
    async reportSave(path, _trustPath, _dataPaths, folder) {
      await wait(250);
      const name = `${folder}/核验报告-${path.split("/").at(-1)}`;
      const taken = saved.filter((one) => one === name).length;
      saved.push(name);
      return taken ? `${name}-${taken + 1}.pdf` : `${name}.pdf`;
    },
    async capture(job, caseId, url, onProgress) {
      const one = find(caseId);
      const { office, person } = open();
      const refusal = refusalFor(url);
      for (const current of captureSteps) {
        stop(job);
        onProgress({ task: "capture", done: 0, total: 0, current });
        if (current === "launch" && refusal && !refused.has(url)) {
          refused.add(url);
          throw refusal;
        }
        await wait(wish.get("pace") === "slow" ? 400 : 60);
      }
      const made = captureInto(one, url, { person: person.name, office: office.info.name, authorities: office.authorities, silent, ofOffice: desk.standing().inNetwork });
      made.items.forEach((number) => note(one, "item.added", one.items[number - 1]?.name ?? "", number));
      return structuredClone(made);
    },
    async visit(job, caseId, url, login, onProgress, onTold) {
      const one = find(caseId);
      const { office, person } = open();
      const told = (current: string) => onProgress({ task: "capture", done: 0, total: 0, current });
      const around = { person: person.name, office: office.info.name, authorities: office.authorities, silent, ofOffice: desk.standing().inNetwork };
      const interactive = await visits.drive(job, url, login, told, onTold);
      const made = captureInto(one, url, around, interactive);
      made.items.forEach((number) => note(one, "item.added", one.items[number - 1]?.name ?? "", number));
      return structuredClone(made);
    },
    async visitSay(job, order) {
      return visits.say(job, order);
    },
    async captureFacts(caseId, number) {
      return capturedFacts(find(caseId), number);
    },
    async capturePicture(caseId, number, name) {
      return picture(find(caseId), number, name);
    },
    async capturesRecover() {
      const made = interrupted ? [7] : [];
      interrupted = false;
      const io = new ShellError("io", { path: "/office/captures", reason: "Input/output error" });
      const failed = unreadable ? [{ case: "(2026)保全字第0002号", url: "https://shop.example/orders", refusal: io }] : [];
      return { made, failed };
    },
    async checkEnvironment(job) {
      await wait(600);
      stop(job);
      return { report: reportOf(false, true), selfTest: { matching: 41, served: 41, passed: true } };
    },
    async cleanlinessReport(caseId, number) {
      const item = find(caseId).items[number - 1];
      return reportOf(item?.name.includes("after") ?? false, true);
    },
    deviceStanding: async () => desk.standing(),
    deviceList: async () => desk.list(),
    deviceRegister: async (name) => desk.register(name, open().person.name),
    deviceConfirm: async (identity) => desk.confirm(identity, open().person.name),
    deviceRetire: async (identity) => desk.retire(identity),
    probes: async () => desk.probes(),
    probesSet: async (probes) => desk.probesSet(probes),
    async search(words) {
      const { cases } = open().office;
      const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
      const digest = words.replace(/\s/g, "").toLowerCase();
      const holds = (text: string) => wanted.every((word) => text.toLowerCase().includes(word));
      const byDigest = (item: ItemView) => /^[0-9a-f]{8,64}$/.test(digest) && (item.sha256.startsWith(digest) || item.sm3.startsWith(digest));
      const found = cases.filter((one) => holds(`${one.view.number} ${one.view.matter} ${one.view.applicant}`)).slice(0, 8);
      const items = cases.slice(0, 60).flatMap((one) => one.items.filter((item) => holds(item.name) || byDigest(item)).map((item) => hitOf(one, item)));
      return [...found.map((one) => hitOf(one)), ...items.slice(0, 8)];
    },
    async findFile(path) {
      await wait(120);
      const name = path.split("/").at(-1);
      const hits = open().office.cases.flatMap((one) => one.items.filter((item) => item.name === name).map((item) => hitOf(one, item)));
      return { ...digests(path), hits: hits.slice(0, 8) };
    },

    templates: async () => templateFolder.standing(),
    templatesUse: async (folder) => templateFolder.use(folder),
    templatesBegin: async (inside) => templateFolder.begin(inside),
    templateTrial: async (kind, chineseOnly) => templateFolder.trial(kind, chineseOnly),

    pickFiles: async () => outside.pickFiles(),
    pickFolder: async () => outside.pickFolder(),
    onDrop: async (listener) => outside.onDrop(listener),
    onCloseAsked: async (mayClose) => outside.onCloseAsked(mayClose),
  };
}

/** As over the wire, where nothing stays shared with the form. */
function bodyOf(part: Partial<RecordBody>): RecordBody {
  return JSON.parse(JSON.stringify({ onsite: null, phone: null, reason: null, ...part })) as RecordBody;
}

function standing(cases: number, passphrase: string): Office {
  return {
    info: { name: "青梧市公证处", folder: "/home/office/青梧市公证处", demonstration: false, testedCopy: false },
    people: [
      { id: 1, name: "苏晚", roles: ["clerk", "notary", "admin"], passphrase },
      { id: 2, name: "林知远", roles: ["notary", "reviewer"], passphrase },
      { id: 3, name: "陈砚秋", roles: ["reviewer"], passphrase },
    ],
    authorities: publicList.authorities.slice(0, 2).map((one) => ({ name: one.name.zh, url: one.url, ownRoot: false })),
    cases: seedCases(cases),
  };
}
