"""The report: layers, their statuses, the verdict (docs/format/report.md)."""

LAYERS = ("content", "manifest", "time", "chain", "signature", "journal", "source")
RANK = ("absent", "match", "not-supplied", "cannot-check", "mismatch")
# The own layer of a subject that is judged by it alone.
OWN = {"token": "time", "evidence-record": "time", "log-proof": "chain", "open-timestamps": "chain", "web-archive": "content"}


class Report:
    """Findings of one subject; a layer takes the gravest status of its findings."""

    def __init__(self, kind="package"):
        self.kind, self.findings, self.layers = kind, [], dict.fromkeys(LAYERS, "absent")
        self.levels = []

    def say(self, code, layer, status, why=""):
        self.findings.append({"code": code, "layer": layer, "status": status, "why": str(why)})
        if status != "note" and RANK.index(status) > RANK.index(self.layers[layer]):
            self.layers[layer] = status

    def verdict(self):
        states = self.layers
        if "mismatch" in states.values():
            return "mismatch"
        if self.kind in OWN:
            good = states[OWN[self.kind]] == "match" and states["content"] != "cannot-check"
        else:
            good = states["content"] == states["time"] == "match"
        return "match" if good else "cannot-check"

    def codes(self):
        return [f"{f['code']}={f['status']}" for f in self.findings]
