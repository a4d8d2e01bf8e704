// Packs of profiles are handed on as archives: those in the folder are unpacked, and thrown away afterwards.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface UnpackedFolder extends Disposable {
  readonly dir: string
  /** Archives that were unpacked. */
  readonly archives: readonly string[]
}

/** The folder itself, or where its archives (`.tar.gz`, `.tgz`) were unpacked when it holds any. Needs `tar` then. */
export function unpackedFolder(dir: string): UnpackedFolder {
  const archives = readdirSync(dir).filter((name) => /\.(tar\.gz|tgz)$/.test(name))
  if (archives.length === 0) return { dir, archives, [Symbol.dispose]: () => undefined }
  const temporary = mkdtempSync(join(tmpdir(), 'outrider-profiles-'))
  for (const name of archives) execFileSync('tar', ['-xzf', join(dir, name), '-C', temporary])
  return {
    dir: temporary,
    archives,
    [Symbol.dispose]: () => rmSync(temporary, { recursive: true, force: true }),
  }
}
