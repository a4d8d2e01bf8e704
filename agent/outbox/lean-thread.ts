// Entry of the commit thread: the thread without what no one uses of Node's own modules.
import { importLean } from '#shared/start/lean-modules.ts'

await importLean(['node:fs'])
await import('./commit-thread.ts')
