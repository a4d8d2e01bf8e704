// What dpkg calls, over a systemd that only writes down what it is told.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { scriptText } from './deb.ts'

describe('maintainer scripts', () => {
  let dir: string
  let told: string
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'outrider-scripts-'))
    told = join(dir, 'told')
    for (const folder of ['etc/outrider', 'etc/systemd/system/multi-user.target.wants', 'bin', 'run'])
      mkdirSync(join(dir, folder), { recursive: true })
    const { uid, gid } = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
    writeFileSync(join(dir, 'etc/passwd'), `outrider-collector:x:${uid}:${gid}::/:/bin/false\n`)
    systemd('enabled')
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))

  /** `state` is what is-enabled answers; `fails` names a command that fails. */
  function systemd(state: 'enabled' | 'disabled' | 'masked', fails = 'nothing'): void {
    writeFileSync(told, '')
    const text = `#!/bin/sh
case " $* " in
  *" is-enabled "*) [ ${state} = enabled ]; exit ;;
esac
echo "$@" >> ${told}
[ "$1" != ${fails} ]
`
    writeFileSync(join(dir, 'bin/systemctl'), text, { mode: 0o755 })
  }

  function run(script: string, ...args: string[]): { readonly told: string[]; readonly said: string } {
    // a folder for the root of the machine, yet with systemd
    const text = scriptText(script, 'outrider-collector')
      .replaceAll('[ -z "$DPKG_ROOT" ]', 'true')
      .replaceAll('/run/systemd/system', join(dir, 'run'))
    writeFileSync(join(dir, script), text, { mode: 0o755 })
    const env = { PATH: `${join(dir, 'bin')}:/usr/bin:/bin`, DPKG_ROOT: dir }
    const said = execFileSync('sh', [join(dir, script), ...args], { env, encoding: 'utf8' })
    const lines = readFileSync(told, 'utf8')
      .split('\n')
      .filter((line) => line !== '' && line !== 'daemon-reload')
    writeFileSync(told, '')
    return { told: lines, said }
  }

  const SERVICE = 'outrider-collector.service'

  it('enable and start the service once, and start the new program after an upgrade', () => {
    expect(run('postinst', 'configure', '').told).toEqual([`enable ${SERVICE}`, `restart ${SERVICE}`])
    expect(run('prerm', 'upgrade', '0.3.0').told).toEqual([])
    expect(run('postinst', 'configure', '0.2.0').told).toEqual([`restart ${SERVICE}`])
  })

  it('leave a service alone that somebody disabled or masked, but replace it where it runs', () => {
    for (const state of ['disabled', 'masked'] as const) {
      systemd(state, state === 'masked' ? 'try-restart' : 'nothing')
      expect(run('postinst', 'configure', '0.2.0').told).toEqual([`try-restart ${SERVICE}`])
    }
  })

  it('leave the package installed when the service does not start, and say where to look', () => {
    systemd('enabled', 'restart')
    expect(run('postinst', 'configure', '0.2.0').said).toContain('journalctl -u outrider-collector')
  })

  it('keep the service enabled over remove and install, until purge', () => {
    const link = join(dir, 'etc/systemd/system/multi-user.target.wants', SERVICE)
    writeFileSync(link, '')
    expect(run('prerm', 'remove').told).toEqual([`stop ${SERVICE}`])
    run('postrm', 'remove')
    expect(run('postinst', 'configure', '0.2.0').told).toEqual([`restart ${SERVICE}`])
    writeFileSync(join(dir, 'etc/outrider/collector.env'), 'SECRET=1')
    run('postrm', 'purge')
    expect(() => readFileSync(link)).toThrow('ENOENT')
    expect(() => readFileSync(join(dir, 'etc/outrider/collector.env'))).toThrow('ENOENT')
  })
})
