/** The desktop: commands of the window's own process, and what its frame tells. */
import { Channel } from "@tauri-apps/api/core";
import { getCurrentWebview } from "@tauri-apps/api/webview";
import { getCurrentWindow } from "@tauri-apps/api/window";
import { open as openPanel } from "@tauri-apps/plugin-dialog";
import { commands } from "./bindings";
import { ShellError, type CopyRow, type RecordRow, type RecordsView, type RecordView, type Shell } from "./types";

/** A refusal arrives as a plain object; anything else is a fault of the wire. */
function refusalOf(thrown: unknown): ShellError {
  if (thrown && typeof thrown === "object" && "code" in thrown) {
    const { code, params } = thrown as { code: unknown; params?: Record<string, string> };
    return new ShellError(String(code), params ?? {});
  }
  return new ShellError("unexpected", { detail: String(thrown) });
}

async function asked<T>(answer: Promise<T>): Promise<NoInfer<T>> {
  try {
    return await answer;
  } catch (thrown) {
    throw refusalOf(thrown);
  }
}

async function bytes(answer: Promise<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await asked(answer));
}

function channel<T>(hear: (told: T) => void): Channel<T> {
  const made = new Channel<T>();
  made.onmessage = hear;
  return made;
}

/** Where a panel opens: beside what was chosen last, at first beside where an office would be made. */
let lastFolder: string | undefined;

function parent(path: string): string {
  return path.replace(/[/\\][^/\\]*$/, "");
}

async function panelFolder(): Promise<string> {
  lastFolder ??= parent((await asked(commands.appInfo())).suggestedFolder);
  return lastFolder;
}

export function tauriShell(): Shell {
  return {
    appInfo: () => asked(commands.appInfo()),
    officeStatus: () => asked(commands.officeStatus()),
    officePeople: (folder) => asked(commands.officePeople(folder)),
    officeCreate: (office) => asked(commands.officeCreate(office)),
    officeOpen: async (login) => void (await asked(commands.officeOpen(login))),
    officeRecover: async (recovery) => void (await asked(commands.officeRecover(recovery))),
    officeLock: async () => void (await asked(commands.officeLock())),
    personList: () => asked(commands.personList()),
    personAdd: (person) => asked(commands.personAdd(person)),
    authoritiesPublic: () => asked(commands.authoritiesPublic()),
    authoritiesChosen: () => asked(commands.authoritiesChosen()),
    authoritiesChoose: async (choices) => void (await asked(commands.authoritiesChoose(choices))),

    caseList: (words, offset, limit) => asked(commands.caseList(words, offset, limit)),
    caseNew: (fields) => asked(commands.caseNew(fields)),
    caseShow: (caseId, look) => asked(commands.caseShow(caseId, look)),
    caseUpdate: async (caseId, change) => void (await asked(commands.caseUpdate(caseId, change))),
    caseItems: (caseId, offset, limit) => asked(commands.caseItems(caseId, offset, limit)),
    itemPreview: (caseId, number) => bytes(commands.itemPreview(caseId, number)),
    itemWithdraw: async (caseId, number, reason) => void (await asked(commands.itemWithdraw(caseId, number, reason))),
    takeIn: (job, caseId, paths, facts, onProgress) =>
      asked(commands.takeIn(job, caseId, paths, facts, channel(onProgress))),
    cancelJob: async (job) => void (await asked(commands.cancelJob(job))),
    seal: (job, caseId, onProgress) => asked(commands.seal(job, caseId, channel(onProgress))),
    review: async (caseId, seal) => void (await asked(commands.review(caseId, seal))),
    certify: (caseId, kind, chineseOnly) => asked(commands.certify(caseId, kind, chineseOnly)),
    certificateBytes: (documentId) => bytes(commands.certificateBytes(documentId)),
    paperPreview: (caseId, kind, chineseOnly) => bytes(commands.paperPreview(caseId, kind, chineseOnly)),
    papers: (caseId, chineseOnly) => asked(commands.papers(caseId, chineseOnly)),
    paperWrite: async (caseId, kind, words) => void (await asked(commands.paperWrite(caseId, kind, words))),
    paperApprove: async (caseId, kind, chineseOnly, points) => void (await asked(commands.paperApprove(caseId, kind, chineseOnly, points))),
    statusListSave: (caseId, folder) => asked(commands.statusListSave(caseId, folder)),
    copyAdd: async (caseId, copy) => void (await asked(commands.copyAdd(caseId, copy))),
    copies: (caseId) => asked(commands.copies(caseId)) as Promise<CopyRow[]>,
    signDocument: (documentId, capacity, key) => asked(commands.signDocument(documentId, capacity, key)),
    signBeside: (documentId, capacity, key) => asked(commands.signBeside(documentId, capacity, key)),
    renewDocument: (documentId) => asked(commands.renewDocument(documentId)),
    signingSettings: () => asked(commands.signingSettings()),
    signingSettingsSet: async (settings, sealPath) => void (await asked(commands.signingSettingsSet(settings, sealPath))),
    templates: () => asked(commands.templates()),
    templatesUse: async (folder) => void (await asked(commands.templatesUse(folder))),
    templatesBegin: (inside) => asked(commands.templatesBegin(inside)),
    async templateTrial(kind, chineseOnly) {
      const trial = await asked(commands.templateTrial(kind, chineseOnly));
      return { ...trial, pdf: trial.pdf ? Uint8Array.from(atob(trial.pdf), (octet) => octet.charCodeAt(0)) : null };
    },
    draftSave: (caseId, what, folder) => asked(commands.draftSave(caseId, what, folder)),
    exportHandover: (job, caseId, folder, onProgress) =>
      asked(commands.exportHandover(job, caseId, folder, channel(onProgress))),
    journal: (caseId, from, limit) => asked(commands.journal(caseId, from, limit)),

    // The kinds arrive as text; the office knows no others than the three.
    records: (caseId) => asked(commands.records(caseId)) as Promise<RecordsView>,
    recordShow: (caseId, kind, number) => asked(commands.recordShow(caseId, kind, number)) as Promise<RecordView>,
    onsiteProposal: (caseId) => asked(commands.onsiteProposal(caseId)),
    onsiteWrite: (caseId, number, form, complete) => asked(commands.onsiteWrite(caseId, number, form, complete)) as Promise<RecordRow>,
    phoneWrite: (caseId, number, form, complete) => asked(commands.phoneWrite(caseId, number, form, complete)) as Promise<RecordRow>,
    reasonWrite: (caseId, number, form) => asked(commands.reasonWrite(caseId, number, form)) as Promise<RecordRow>,
    reasonConfirm: (caseId, number) => asked(commands.reasonConfirm(caseId, number)) as Promise<RecordRow>,

    tokenFields: (caseId, ordinal) => asked(commands.tokenFields(caseId, ordinal)),
    authoritiesStanding: () => asked(commands.authoritiesStanding()),
    waiting: () => asked(commands.waiting()),
    retry: (job, onProgress) => asked(commands.retry(job, channel(onProgress))),

    caseAnchors: (caseId) => asked(commands.caseAnchors(caseId)),
    caseInterests: (caseId) => asked(commands.caseInterests(caseId)),
    interestDeclare: async (caseId, rail, relation, explanation) => void (await asked(commands.interestDeclare(caseId, rail, relation, explanation))),
    anchorings: () => asked(commands.anchorings()),
    anchorSubmit: () => asked(commands.anchorSubmit()),
    anchorUpgrade: (all) => asked(commands.anchorUpgrade(all)),
    anchorProof: (caseId, item, path) => asked(commands.anchorProof(caseId, item, path)),
    rails: () => asked(commands.rails()),
    railSet: async (form) => void (await asked(commands.railSet(form))),
    railRemove: async (name) => void (await asked(commands.railRemove(name))),
    railTest: (name) => asked(commands.railTest(name)),
    anchorPolicySet: async (publicChains) => void (await asked(commands.anchorPolicySet(publicChains))),
    officeLog: () => asked(commands.officeLog()),
    witnessesChoose: async (witnesses) => void (await asked(commands.witnessesChoose(witnesses))),
    logCosign: () => asked(commands.logCosign()),
    logPublish: (folder) => asked(commands.logPublish(folder)),

    due: () => asked(commands.due()),
    renewalProposal: () => asked(commands.renewalProposal()),
    renewalPropose: async (caseId) => void (await asked(commands.renewalPropose(caseId))),
    renew: (job, caseId, onProgress) => asked(commands.renew(job, caseId, channel(onProgress))),

    verify: (job, paths, trustPath, dataPaths, onProgress) =>
      asked(commands.verify(job, paths, trustPath, dataPaths, channel(onProgress))),
    reportSave: (path, trustPath, dataPaths, folder, madeBy) => asked(commands.reportSave(path, trustPath, dataPaths, folder, madeBy)),
    capture: (job, caseId, url, onProgress) => asked(commands.capture(job, caseId, url, channel(onProgress))),
    visit: (job, caseId, url, login, onProgress, onTold) => asked(commands.visit(job, caseId, url, login, channel(onProgress), channel(onTold))),
    visitSay: (job, order) => asked(commands.visitSay(job, order)),
    captureFacts: (caseId, number) => asked(commands.captureFacts(caseId, number)),
    capturePicture: (caseId, number, name) => bytes(commands.capturePicture(caseId, number, name)),
    async capturesRecover() {
      const { made, failed } = await asked(commands.capturesRecover());
      return { made, failed: failed.map((one) => ({ ...one, refusal: new ShellError(one.refusal.code, one.refusal.params) })) };
    },
    checkEnvironment: (job, onProgress) => asked(commands.checkEnvironment(job, channel(onProgress))),
    cleanlinessReport: (caseId, number) => asked(commands.cleanlinessReport(caseId, number)),
    deviceStanding: () => asked(commands.deviceStanding()),
    deviceList: () => asked(commands.deviceList()),
    deviceRegister: async (name) => void (await asked(commands.deviceRegister(name))),
    deviceConfirm: async (identity) => void (await asked(commands.deviceConfirm(identity))),
    deviceRetire: async (identity) => void (await asked(commands.deviceRetire(identity))),
    probes: () => asked(commands.probes()),
    probesSet: async (probes) => void (await asked(commands.probesSet(probes))),

    search: (words) => asked(commands.search(words)),
    findFile: (path) => asked(commands.findFile(path)),

    async pickFiles(title) {
      const paths = (await openPanel({ title, multiple: true, directory: false, defaultPath: await panelFolder() })) ?? [];
      if (paths[0]) lastFolder = parent(paths[0]);
      return paths;
    },
    async pickFolder(title) {
      const path = await openPanel({ title, multiple: false, directory: true, defaultPath: await panelFolder() });
      if (path) lastFolder = parent(path);
      return path;
    },
    async onDrop(listener) {
      return getCurrentWebview().onDragDropEvent(({ payload }) => {
        if (payload.type === "drop") listener({ kind: "drop", paths: payload.paths });
        else listener({ kind: payload.type === "leave" ? "leave" : "over" });
      });
    },
    async onCloseAsked(mayClose) {
      return getCurrentWindow().onCloseRequested(async (event) => {
        if (!(await mayClose())) event.preventDefault();
      });
    },
  };
}
