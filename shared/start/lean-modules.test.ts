import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { isLean } from './lean-modules.ts'

/** What a program of its own says; modules stay loaded, so none of this can be seen from in here. */
function told(program: string): unknown {
  const lean = new URL('./lean-modules.ts', import.meta.url)
  const text = `import { FOR_ZOD, forMqtt, importLean, importStandIns } from ${JSON.stringify(lean.href)}\n${program}`
  const flags = ['--input-type=module', '--disable-warning=ExperimentalWarning', '--eval', text]
  return JSON.parse(execFileSync(process.execPath, flags, { encoding: 'utf8', cwd: import.meta.dirname }))
}

describe('a process started anew', () => {
  it('knows itself by its environment', () => {
    expect(isLean({ OUTRIDER_START_STAGE: '2' })).toBe(true)
    expect(isLean({ OUTRIDER_START_STAGE: '1' })).toBe(false)
    expect(isLean({})).toBe(false)
  })

  it('imports node:fs without what only lazy exports need, which are there when they are asked for', () => {
    const seen = told(`
      await importLean(['node:fs'])
      const { default: fs, readFileSync } = await import('node:fs')
      const readline = () => process.moduleLoadList.some((name) => name.endsWith('internal/readline/interface'))
      const before = readline()
      const text = await fs.promises.readFile('lean-modules.ts', 'utf8')
      const same = text === readFileSync('lean-modules.ts', 'utf8') && typeof fs.createReadStream === 'function'
      console.log(JSON.stringify({ before, same, after: readline() }))`)
    expect(seen).toEqual({ before: false, same: true, after: true })
  })

  it('checks and words as before without the other languages', () => {
    const seen = told(`
      importStandIns(FOR_ZOD)
      const { z } = await import('zod')
      const { error } = z.object({ port: z.int() }).safeParse({ port: 'x' })
      console.log(JSON.stringify({ message: error.issues[0].message, languages: Object.keys(z.locales) }))`)
    expect(seen).toEqual({ message: 'Invalid input: expected number, received string', languages: ['default'] })
  })

  it('has an MQTT client with timers of Node; with proxies and web sockets only where they are asked for', () => {
    const seen = (environment: string, url: string) =>
      told(`
      import { registerHooks } from 'node:module'
      importStandIns(forMqtt(${environment}, ${JSON.stringify(url)}))
      const loaded = []
      registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) })
      const { default: mqtt } = await import('mqtt')
      const has = (name) => loaded.some((url) => url.includes('/node_modules/' + name + '/'))
      const client = mqtt.connect('mqtt://127.0.0.1:1', { reconnectPeriod: 0 })
      const { code } = await new Promise((resolve) => client.on('error', resolve))
      client.end(true)
      console.log(JSON.stringify([code, ...['mqtt', 'worker-timers', 'socks', 'ws'].map(has)]))`)
    expect(seen('{}', 'mqtts://broker.example')).toEqual(['ECONNREFUSED', true, false, false, false])
    expect(seen('{}', 'wss://broker.example')).toEqual(['ECONNREFUSED', true, false, false, true])
    const withProxy = seen("{ MQTTJS_SOCKS_PROXY: 'socks5://127.0.0.1:1' }", 'mqtt://broker.example')
    expect(withProxy).toEqual(['ECONNREFUSED', true, false, true, false])
  })
})
