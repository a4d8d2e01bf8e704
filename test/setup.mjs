// Makes a fresh clone ready: installs what package-lock.json names (the pinned Node among it) when node_modules is
// missing or older, and with --programs the Debian programs that some suites need. Runs on any Node from 20 on.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const PROGRAMS = [
  'snmpd',
  'snmp',
  'snmptrapd',
  'mosquitto',
  'chromium',
  'docker-compose',
  'systemd',
  'fping',
  'bsdutils',
  'fonts-noto-cjk',
  'gcc',
  'libc6-dev',
  'influxdb',
  'victoria-metrics',
]

if (process.argv.includes('--programs')) installPrograms()
else installPackages()

function installPackages() {
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8')
  const stamp = join(root, 'node_modules', '.outrider-lock')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  console.error('Installing packages (once) ...')
  // No install scripts: every package we use works without, the pinned Node ships as a plain file in its package.
  run('npm', ['ci', '--ignore-scripts', '--no-fund', '--no-audit', '--loglevel=error'])
  writeFileSync(stamp, lock)
}

function installPrograms() {
  if (!existsSync('/usr/bin/apt-get')) {
    console.error(`This needs apt (Debian). Elsewhere install by hand: ${PROGRAMS.join(' ')}`)
    process.exit(1)
  }
  const root = process.getuid?.() === 0 ? [] : ['sudo']
  const apt = (...args) => run([...root, 'apt-get'][0], [...root, 'apt-get', ...args].slice(1))
  apt('update', '-qq')
  apt('install', '-y', '-qq', '--no-install-recommends', ...PROGRAMS)
}

function run(command, args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env,
    shell: process.platform === 'win32',
  })
  if (result.status === 0) return
  console.error(`${command} ${args.join(' ')} failed${result.error ? `: ${result.error.message}` : ''}`)
  process.exit(1)
}
