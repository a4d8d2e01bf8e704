// Servers, storage and the forwarders that run on them.
import { local, three, type Writer } from './line.ts'

export const linux: Writer = (s) => {
  const l = local(s.time)
  const app = s.pick('sshd', 'systemd', 'CRON', 'smartd', 'kernel')
  const pid = app === 'kernel' ? '' : `[${100 + s.number(30_000)}]`
  const host = s.pick('web-1', 'db01.example.net', '10.1.1.3')
  const text = s.pick(
    `Failed password for invalid user x from 203.0.113.9 port ${s.token} ssh2`,
    `session opened for user 'root' <uid=0> "${s.token}" \\o/ 100%`,
    `链路 eth0 中断 ${s.token}`,
  )
  const iso = `${l.date}T${l.clock}.${three(s.fraction)}${l.offset}`
  const time = s.time + s.fraction
  return s.pick<() => ReturnType<Writer>>(
    () => ({ line: `${l.bsd} ${host} ${app}${pid}: ${text}`, host, app, name: app, text }),
    () => ({ line: `${iso} ${host} ${app}${pid}: ${text}`, host, app, name: app, text, time }),
    () => ({
      line: `1 ${iso} ${host} ${app} ${pid.slice(1, -1) || '-'} - - ${text}`,
      host,
      app,
      name: app,
      text,
      time,
    }),
    () => ({ line: `1 ${iso} ${host} ${app} - ID47 [a@1 k="v"] \ufeff${text}`, host, app, name: 'ID47', text, time }),
    // BSD without a host, and without anything
    () => ({ line: `${l.bsd} ${app}[7]: ${text}`, app, name: app, text }),
    () => ({ line: `${app}[7]: ${text}`, time: undefined, app, name: app, text }),
  )()
}

export const esxi: Writer = (s) => {
  const time = s.time + s.fraction
  const iso = new Date(time).toISOString()
  const host = s.pick('esx01.example.net', 'localhost')
  const app = s.pick('Hostd', 'vmkernel', 'vobd', 'vpxa')
  const pid = app === 'vmkernel' ? '' : '[2099435]'
  const text = `cpu3:2097)WARNING: vmnic1: link is down [Originator@6876 sub=${s.token}]`
  return { line: `${iso} ${host} ${app}${pid}: ${text}`, host, app, name: app, text, time }
}

export const windows: Writer = (s) => {
  const l = local(s.time)
  const host = s.pick('WIN-SRV1', 'dc01.example.net')
  const app = 'Microsoft-Windows-Security-Auditing'
  const id = s.pick('4625', '4624', '1102')
  const text = `An account failed to log on. Subject: S-1-5-18 ${s.token}`
  const snare = `MSWinEventLog\t1\tSecurity\t${s.number(9999)}\t${l.weekday} ${l.bsd} ${l.year}\t${id}\t${app}\tN/A\tN/A\tFailure Audit\t${host}\tLogon\t\t${text}`
  const iso = `${l.date}T${l.clock}.${three(s.fraction)}000${l.offset}`
  return s.pick<() => ReturnType<Writer>>(
    () => ({ line: `${l.bsd} ${host} ${snare}`, host, app, name: id, text }),
    () => ({ line: `${l.bsd} ${host}\t${snare}`, host, app, name: id, text }),
    () => ({ line: `${l.bsd} ${host} ${app}[592]: ${text}`, host, app, name: app, text }),
    () => ({
      line: `1 ${iso} ${host} ${app} 592 - [NXLOG@14506 EventType="AUDIT_FAILURE" EventID="${id}"] ${text}`,
      ...{ host, app, name: id, text, time: s.time + s.fraction },
    }),
  )()
}

export const ontap: Writer = (s) => {
  const l = local(s.time)
  const host = s.pick('cl1-01', 'filer2')
  const name = s.pick('vifmgr.portdown', 'callhome.fans.failed', 'raid.disk.missing')
  const text = `A link down event was received on node ${host}, port e0a ${s.token}.`
  const level = s.pick('notice', 'error', 'emergency')
  return s.pick<() => ReturnType<Writer>>(
    () => ({ line: `${l.bsd} [${host}: vifmgr: ${name}:${level}]: ${text}`, host, app: 'vifmgr', name, text }),
    () => ({ line: `${l.bsd} [${host}:${name}:${level}]: ${text}`, host, name, text }),
  )()
}

export const topsec: Writer = (s) => {
  const l = local(s.time)
  const host = s.pick('TopsecOS', 'ngfw-4000')
  const text = `pri=${s.number(8)} type=mgmt user=superman src=10.1.1.9 op="system admininfo" result=-1 msg="login = failed ${s.token}"`
  return { line: `id=tos time="${l.date} ${l.clock}" fw=${host} ${text}`, host, text }
}

export const drac: Writer = (s) => {
  const l = local(s.time)
  const host = s.pick('idrac-7XQ1', 'idrac.example.net')
  const name = s.pick('PSU0003', 'FAN0001', 'RAC0182')
  const text = `Severity: Critical, Category: System Health, MessageID: ${name}, Message: The power input for power supply 1 is lost ${s.token}.`
  return { line: `${l.bsd} ${host} ${text}`, host, name, text }
}
