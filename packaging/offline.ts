// The offline bundle of the agent: everything a site without internet needs, in one file with an installer.
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type Architecture, buildTime, MACHINE, VERSION } from './places.ts'
import { settleModes } from './trees.ts'

const FILES = join(import.meta.dirname, 'files')
const SERVICE = ['outrider-agent.service', 'outrider-agent.sysctl', 'agent.yaml']

export interface OfflineOptions {
  readonly architecture: Architecture
  readonly executable: string
  /** Absent where dpkg-deb is: the installer then copies files. */
  readonly deb: string | undefined
  readonly out: string
  /** Larger and sooner ready, for tests. Default false. */
  readonly quick?: boolean
}

/** Writes the bundle. Its folder is outrider-agent-<version>. */
export function buildOffline({ architecture, executable, deb, out, quick = false }: OfflineOptions): void {
  const dir = mkdtempSync(join(tmpdir(), 'outrider-offline-'))
  try {
    const name = `outrider-agent-${VERSION}`
    const root = join(dir, name)
    const put = (from: string, to: string) => {
      mkdirSync(dirname(join(root, to)), { recursive: true })
      copyFileSync(from, join(root, to))
    }
    put(executable, 'usr/bin/outrider-agent')
    for (const file of SERVICE) put(join(FILES, 'agent', file), `service/${file}`)
    for (const file of ['install.sh', 'README.md', 'README.zh-CN.md']) put(join(FILES, 'offline', file), file)
    if (deb !== undefined) put(deb, basename(deb))
    const library = atomicLibrary(architecture)
    if (library !== undefined) {
      put(library, 'lib/libatomic.so.1')
      if (existsSync(LIBRARY_LICENCE)) put(LIBRARY_LICENCE, 'lib/libatomic.copyright')
    }
    writeFileSync(join(root, 'ARCHITECTURE'), `${MACHINE[architecture]}\n`)
    settleModes(root)
    const tar = execFileSync('tar', ['--create', ...SAME_BYTES, `--mtime=@${buildTime()}`, '-C', dir, name], {
      maxBuffer: 2 ** 30,
    })
    writeFileSync(out, gzipSync(tar, { level: quick ? 1 : 9 }))
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

/** GPL with the runtime exception; Debian keeps it with the compiler's base package. */
const LIBRARY_LICENCE = '/usr/share/doc/libatomic1/copyright'

const SAME_BYTES = ['--sort=name', '--owner=0', '--group=0', '--numeric-owner', '--format=gnu']

/** The runtime needs it and small systems lack it. Debian: libatomic1, libatomic1-arm64-cross. */
function atomicLibrary(architecture: Architecture): string | undefined {
  const triplet = architecture === 'x64' ? 'x86_64-linux-gnu' : 'aarch64-linux-gnu'
  return [`/usr/lib/${triplet}/libatomic.so.1`, `/usr/${triplet}/lib/libatomic.so.1`].find((path) => existsSync(path))
}
