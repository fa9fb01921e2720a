// The verifier's module, called as a page calls it.

/** What the module may ask of its host, and nothing else. */
const asked = ['host.progress', 'host.read', 'host.size']

/** Loads the module's octets. */
export async function load(octets) {
  const module = await WebAssembly.compile(octets)
  const imports = WebAssembly.Module.imports(module).map((one) => `${one.module}.${one.name}`)
  const foreign = imports.filter((name) => !asked.includes(name))
  if (foreign.length > 0) throw new Error(`the module imports ${foreign.join(', ')}`)
  const host = new Host()
  const { exports } = await WebAssembly.instantiate(module, { host: host.functions })
  host.memory = exports.memory
  return new Verifier(exports, host)
}

/** Options as octets, and the files: subject, trust files, data files, headers. */
export function request(options, files) {
  return { options: Buffer.from(typeof options === 'string' ? options : JSON.stringify(options)), files }
}

/** Reads for the module; `read` counts octets, `largest` is the longest read. */
class Host {
  files = []
  memory = null
  told = []
  read = 0
  largest = 0

  functions = {
    size: (file) => this.files[file].length,
    read: (file, offset, address, length) => {
      this.read += length
      this.largest = Math.max(this.largest, length)
      const octets = this.files[file].subarray(offset, offset + length)
      new Uint8Array(this.memory.buffer, address >>> 0, length).set(octets)
      return octets.length === length ? 0 : 1
    },
    progress: (done, total) => this.told.push([done, total])
  }
}

class Verifier {
  #exports
  host

  constructor(exports, host) {
    this.#exports = exports
    this.host = host
  }

  /** Octets of the module's memory. */
  get size() {
    return this.#exports.memory.buffer.byteLength
  }

  /** The room that `alloc` grants; given back at once. */
  hasRoom(length) {
    const { alloc, free } = this.#exports
    const address = alloc(length)
    if (address !== 0) free(address, length)
    return address !== 0
  }

  /** The answer to a request, as octets. */
  run({ options, files }) {
    const { alloc, run, free, memory } = this.#exports
    this.host.files = files
    const address = alloc(options.length) >>> 0
    if (address === 0) throw new Error('no room for the request')
    new Uint8Array(memory.buffer, address, options.length).set(options)
    const result = BigInt.asUintN(64, run(address, options.length, files.length))
    const [at, length] = [Number(result & 0xffffffffn), Number(result >> 32n)]
    // The memory may have grown, and then its buffer is another one.
    const answer = Buffer.from(new Uint8Array(memory.buffer, at, length))
    free(address, options.length)
    free(at, length)
    return answer
  }
}

/** The parts of an answer in both languages. */
export function parts(octets) {
  const found = []
  for (let at = 0; at < octets.length; ) {
    const end = at + 4 + octets.readUInt32LE(at)
    found.push(octets.subarray(at + 4, end))
    at = end
  }
  return found
}
