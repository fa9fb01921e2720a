// The verifier's module, called as a page calls it.

/** Loads the module's octets; it must ask its host for nothing. */
export async function load(octets) {
  const module = await WebAssembly.compile(octets)
  const imports = WebAssembly.Module.imports(module)
  if (imports.length > 0) {
    throw new Error(`the module imports ${imports.map((i) => `${i.module}.${i.name}`).join(', ')}`)
  }
  return new Verifier((await WebAssembly.instantiate(module)).exports)
}

/** Options, subject, trust files and data files as one buffer, each after its length. */
export function request(options, files) {
  const parts = [Buffer.from(typeof options === 'string' ? options : JSON.stringify(options)), ...files]
  return Buffer.concat(
    parts.flatMap((part) => {
      const length = Buffer.alloc(4)
      length.writeUInt32LE(part.length)
      return [length, part]
    })
  )
}

class Verifier {
  #exports

  constructor(exports) {
    this.#exports = exports
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
  run(octets) {
    const { alloc, run, free, memory } = this.#exports
    const address = alloc(octets.length) >>> 0
    if (address === 0) throw new Error('no room for the request')
    new Uint8Array(memory.buffer, address, octets.length).set(octets)
    const result = BigInt.asUintN(64, run(address, octets.length))
    const [at, length] = [Number(result & 0xffffffffn), Number(result >> 32n)]
    // The memory may have grown, and then its buffer is another one.
    const answer = Buffer.from(new Uint8Array(memory.buffer, at, length))
    free(address, octets.length)
    free(at, length)
    return answer
  }
}
