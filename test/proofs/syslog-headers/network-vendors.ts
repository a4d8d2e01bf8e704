// Switches, routers and firewalls, each in the forms its own documents show.
import { local, three, type Writer } from './line.ts'

const port = (s: Parameters<Writer>[0]) => `GigabitEthernet${s.number(3)}/0/${1 + s.number(48)}`

export const ciscoIos: Writer = (s) => {
  const l = local(s.time)
  const name = s.pick(`LINK-${s.severity}-UPDOWN`, `SYS-${s.severity}-CONFIG_I`, `LINEPROTO-${s.severity}-UPDOWN`)
  const text = `%${name}: Interface ${port(s)}, changed state to ${s.pick('up', 'down')} (${s.token})`
  const host = s.pick('sw-core-1', 'rt-bj', 'SW_ACC_7')
  const utc = local(s.time, 'UTC')
  return s.pick<() => ReturnType<Writer>>(
    () => ({
      line: `${s.number(9999)}: ${host}: ${l.bsd}.${three(s.fraction)}: ${text}`,
      host,
      time: s.time + s.fraction,
      name,
      text,
    }),
    () => ({ line: `${s.number(9999)}: ${l.bsd}: ${text}`, host: undefined, name, text }),
    () => ({
      line: `${s.number(9999)}: ${host}: ${utc.bsd}.${three(s.fraction)} UTC: ${text}`,
      host,
      time: s.time + s.fraction,
      name,
      text,
    }),
    () => ({ line: `${host}: ${l.day} ${l.year} ${l.clock}: ${text}`, host, name, text }),
    // a clock that was never set
    () => ({ line: `${s.number(9999)}: ${host}: *Mar  1 00:12:34.567: ${text}`, host, time: undefined, name, text }),
    // NX-OS
    () => ({ line: `: ${l.year} ${l.bsd} CST: ${text}`, host: undefined, name, text }),
  )()
}

export const ciscoAsa: Writer = (s) => {
  const l = local(s.time)
  const name = `ASA-${s.severity}-${s.pick('302013', '106023', '605004', '104001')}`
  const text = `%${name}: Built outbound TCP connection ${s.token} for outside:192.0.2.9/443`
  const host = s.pick('fw1', 'asa-5516-x')
  return s.pick<() => ReturnType<Writer>>(
    () => ({ line: `${l.day} ${l.year} ${l.clock} ${host} : ${text}`, host, name, text }),
    () => ({ line: `${l.day} ${l.year} ${l.clock}: ${text}`, name, text }),
    () => ({ line: text, time: undefined, name, text }),
  )()
}

export const huawei: Writer = (s) => {
  const l = local(s.time)
  const name = s.pick(
    `IFNET/${s.severity}/LINK_STATE`,
    `SHELL/${s.severity}/LOGINFAILED`,
    `BGP/${s.severity}/STATE_CHG_UPDOWN`,
  )
  const text = `%%01${name}(${s.pick('l', 't', 's')})[${s.number(99)}]:The line protocol IP on the interface ${port(s)} has entered the DOWN state. (${s.token})`
  const host = s.pick('HUAWEI', 'AR-BJ-01', 'CE6800_1')
  return s.pick<() => ReturnType<Writer>>(
    () => ({ line: `${l.bsd} ${l.year} ${host} ${text}`, host, name, text }),
    () => ({ line: `${l.date} ${l.clock} ${host} ${text}`, host, name, text }),
    () => ({ line: `${l.day} ${l.year} ${l.clock}${l.offset} ${host} ${text}`, host, name, text }),
    () => ({ line: `${new Date(s.time).toISOString().slice(0, 19)}Z ${host} ${text}`, host, name, text }),
    // a name in Chinese, UTF-8 and GB 18030
    () => ({ line: `${l.bsd} ${l.year} 核心交换机-1 ${text}`, host: '核心交换机-1', name, text }),
    () => ({
      line: Buffer.concat([
        Buffer.from(`${l.bsd} ${l.year} `),
        Buffer.from('bacbd0c4bdbbbbbbbbfa2d31', 'hex'),
        Buffer.from(` ${text}`),
      ]),
      host: '核心交换机-1',
      name,
      text,
    }),
  )()
}

export const h3c: Writer = (s) => {
  const l = local(s.time)
  const name = s.pick(
    `IFNET/${s.severity}/PHY_UPDOWN`,
    `SHELL/${s.severity}/SHELL_LOGIN`,
    `DEV/${s.severity}/FAN_FAILED`,
  )
  const text = `%%10${name}: -DevIP=10.2.3.4; Physical state on the interface ${port(s)} changed to down (${s.token}).`
  const host = s.pick('H3C', 'SW-ACC-7', 'S6800')
  return s.pick<() => ReturnType<Writer>>(
    () => ({ line: `${l.bsd} ${l.year} ${host} ${text}`, host, name, text }),
    () => ({
      line: `${l.bsd}:${three(s.fraction)} ${l.year} ${host} ${text}`,
      host,
      time: s.time + s.fraction,
      name,
      text,
    }),
  )()
}

export const ruijie: Writer = (s) => {
  const l = local(s.time)
  const name = s.pick(
    `LINK-${s.severity}-UPDOWN`,
    `SYS-${s.severity}-CONFIG_I`,
    `DEV_MONITOR-${s.severity}-FAN_REMOVED`,
  )
  const text = `%${name}: Interface GigabitEthernet 0/${1 + s.number(48)}, changed state to down (${s.token}).`
  const host = s.pick('RG-S5750', 'Ruijie', 'ruijie-agg.example.net')
  return s.pick<() => ReturnType<Writer>>(
    () => ({ line: `${l.bsd} ${host} ${text}`, host, name, text }),
    () => ({ line: `*${l.bsd}: ${host} ${text}`, host, time: undefined, name, text }),
    () => ({ line: `${l.date} ${l.clock} ${host} ${text}`, host, name, text }),
  )()
}

export const juniper: Writer = (s) => {
  const l = local(s.time)
  const app = s.pick('mib2d', 'rpd', 'chassisd', 'mgd')
  const pid = 1000 + s.number(9000)
  const name = s.pick('SNMP_TRAP_LINK_DOWN', 'RPD_OSPF_NBRDOWN', 'UI_COMMIT', 'CHASSISD_SNMP_TRAP10')
  const host = s.pick('mx1', 'srx-340.example.net', 'ex4300')
  const text = `ifIndex ${s.number(999)}, ifAdminStatus up(1), ifOperStatus down(2), ifName ge-0/0/1 ${s.token}`
  const iso = new Date(s.time + s.fraction).toISOString()
  return s.pick<() => ReturnType<Writer>>(
    () => ({ line: `${l.bsd} ${host} ${app}[${pid}]: ${name}: ${text}`, host, app, name, text }),
    () => ({
      line: `1 ${iso} ${host} ${app} ${pid} ${name} [junos@2636.1.1.1.2.29 name="a \\"b\\" [c\\]"] ${text}`,
      ...{ host, app, name, text, time: s.time + s.fraction },
    }),
    () => ({ line: `${l.bsd} ${host} ${app}[${pid}]: ${text}`, host, app, name: app, text }),
  )()
}

export const arista: Writer = (s) => {
  const l = local(s.time)
  const name = s.pick(`LINEPROTO-${s.severity}-UPDOWN`, `SYS-${s.severity}-CONFIG_I`, `BGP-${s.severity}-ADJCHANGE`)
  const text = `%${name}: Line protocol on Interface Ethernet${1 + s.number(48)} (${s.token}), changed state to down`
  const host = s.pick('leaf1', 'spine-2.example.net')
  return s.pick<() => ReturnType<Writer>>(
    () => ({ line: `${l.bsd} ${host} Ebra: ${text}`, host, name, text }),
    () => ({ line: `${l.bsd} ${host} ConfigAgent: ${s.number(999)}: ${text}`, host, name, text }),
    () => ({ line: `${l.date}T${l.clock}${l.offset} ${host} Ebra: ${text}`, host, name, text }),
  )()
}

export const fortinet: Writer = (s) => {
  const l = local(s.time)
  const host = s.pick('FGT-BJ-01', 'FG100D', 'branch fw 7')
  const name = s.pick('0100032002', '0100020099', '0000000013')
  const rest = `logid="${name}" type="event" subtype="system" level="${s.pick('alert', 'notice')}" vd="root" msg="Interface wan1 = down, ${s.token}"`
  const ny = local(s.time, 'America/New_York')
  return s.pick<() => ReturnType<Writer>>(
    () => ({
      line: `date=${l.date} time=${l.clock} devname="${host}" devid="FGT60F" tz="${l.offset.replace(':', '')}" ${rest}`,
      host,
      name,
      text: rest,
    }),
    () => ({ line: `date=${l.date} time=${l.clock} devname="${host}" ${rest}`, host, name, text: rest }),
    () => ({
      line: `date=${ny.date} time=${ny.clock} devname="${host}" eventtime=${s.time}000000 tz="${ny.offset.replace(':', '')}" ${rest}`,
      host,
      name,
      text: rest,
    }),
    () => ({
      line: `${l.bsd} relay-1 date=${l.date} time=${l.clock} devname="${host}" ${rest}`,
      host,
      name,
      text: rest,
    }),
  )()
}

export const paloAlto: Writer = (s) => {
  const l = local(s.time)
  const host = s.pick('PA-220', 'pa-3220.example.net')
  const [type, subtype, event] = s.pick(
    ['SYSTEM', 'auth', 'auth-fail'],
    ['SYSTEM', 'ha', 'state-change'],
    ['TRAFFIC', 'end', ''],
  )
  const name = type === 'SYSTEM' ? `${type}/${subtype}/${event}` : `${type}/${subtype}`
  const text = `1,${l.slashed} ${l.clock},0123456789,${type},${subtype},0,${l.slashed} ${l.clock},,${event},admin,0,0,general,medium,"failed, ${s.token}",1,0x0`
  return { line: `${l.bsd} ${host} ${text}`, host, name, text }
}

export const proCurve: Writer = (s) => {
  const l = local(s.time)
  const app = s.pick('ports', 'FFI', 'chassis')
  const name = s.pick('00077', '00076', '00422')
  const text = `port ${1 + s.number(48)} is now off-line ${s.token}`
  const host = s.pick('10.1.1.2', 'sw-2')
  return { line: `${l.bsd} ${host} ${name} ${app}: ${text}`, host, app, name, text }
}
