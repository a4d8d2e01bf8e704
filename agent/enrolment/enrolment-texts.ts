// What `enrol` says to the person at the site, in English and Chinese.
import type { EnrolFault } from './outcome.ts'

export type Language = 'en' | 'zh'

export type EnrolText =
  | EnrolFault
  | 'resumed'
  | 'waiting'
  | 'still-waiting'
  | 'no-answer'
  | 'enrolled'
  | 'next'
  | 'already'
  | 'running'
  | 'disk'
  | 'new-epoch'
  | 'contradictions'
  | 'bad-url'

/** Chinese when the wish or the machine's language says so. */
export function languageOf(wish: string | undefined, env: Readonly<Record<string, string | undefined>>): Language {
  const said = wish ?? (env.LC_ALL || env.LC_MESSAGES || env.LANG || '')
  return said.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}

/** `{name}` stands for a value; control characters of values are not printed. */
export function enrolText(text: EnrolText, language: Language, values: Readonly<Record<string, string>> = {}): string {
  return TEXTS[text][language].replaceAll(/\{(\w+)\}/g, (whole, name: string) =>
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what a server sends must not move the cursor
    (values[name] ?? whole).replaceAll(/[\x00-\x1f\x7f-\x9f]/g, ' '),
  )
}

const TEXTS: Readonly<Record<EnrolText, Readonly<Record<Language, string>>>> = {
  resumed: {
    en: 'Going on with the request that this data folder made before; no other use of the token is taken.',
    zh: '继续此数据目录之前提交的申请；不会再次消耗令牌。',
  },
  waiting: {
    en: 'Waiting for approval in the console. The operator must see this fingerprint there:\n\n  {fingerprint}\n\nYou may stop with Ctrl-C and run the same command again later.',
    zh: '等待控制台批准。操作员在控制台看到的指纹必须是：\n\n  {fingerprint}\n\n可以按 Ctrl-C 停止，稍后再运行同一命令。',
  },
  'still-waiting': {
    en: 'Still waiting for approval ({minutes} min).',
    zh: '仍在等待批准（{minutes} 分钟）。',
  },
  'no-answer': {
    en: 'The collector does not answer now ({code}); trying on.',
    zh: '采集中心暂时没有应答（{code}）；继续重试。',
  },
  enrolled: {
    en: 'Enrolled as {agent} for site {site}.\ncertificate  until {until} UTC, renewed by itself\nfingerprint  {fingerprint}',
    zh: '已注册：代理 {agent}，站点 {site}。\n证书有效期至  {until} UTC，到期前自动续期\n指纹          {fingerprint}',
  },
  next: { en: 'Start it with: outrider-agent run --data {data}', zh: '启动：outrider-agent run --data {data}' },
  already: {
    en: 'This data folder has the identity of {agent} already. Add --replace to put a new one in its place.',
    zh: '此数据目录已有代理 {agent} 的身份。如要更换，请加上 --replace。',
  },
  running: {
    en: 'The agent is running with this data folder: stop it, then run the same command again.',
    zh: '代理正在使用此数据目录运行：请先停止它，再运行同一命令。',
  },
  disk: {
    en: 'The data folder cannot be written: {detail}. Nothing was changed; make room, then run the same command again.',
    zh: '无法写入数据目录：{detail}。未做任何更改；请腾出空间后再运行同一命令。',
  },
  'new-epoch': {
    en: 'What this agent had not delivered yet is kept and sent under the new identity ({detail} records).',
    zh: '此代理尚未送达的数据已保留，将以新身份发送（{detail} 条记录）。',
  },
  contradictions: {
    en: 'The identity is written, but {file} contradicts it (see above): correct the file before starting the agent.',
    zh: '身份已写入，但 {file} 与之矛盾（见上）：启动代理前请先修改该文件。',
  },
  'bad-url': {
    en: 'Not the address of a collector: {detail}. Expected https://host:port',
    zh: '不是采集中心的地址：{detail}。应为 https://主机:端口',
  },
  'no-token': {
    en: 'Give --token TOKEN (or OUTRIDER_ENROLMENT_TOKEN); an operator makes one in the console under "Add agent".',
    zh: '请给出 --token 令牌（或 OUTRIDER_ENROLMENT_TOKEN）；操作员可在控制台“添加代理”中创建。',
  },
  'bad-token': {
    en: 'This is not a complete enrolment token (ot1.…): copy it again.',
    zh: '这不是完整的注册令牌（ot1.…）：请重新复制。',
  },
  'token-unknown': {
    en: 'The collector does not know this token: check that it is complete, and that this is the collector it was made on.',
    zh: '采集中心不认识此令牌：请检查令牌是否完整，以及是否为创建它的采集中心。',
  },
  'token-expired': {
    en: 'The token has expired: ask the operator for a new one.',
    zh: '令牌已过期：请向操作员索取新令牌。',
  },
  'token-used': {
    en: 'The token has been used already: ask the operator for a new one.',
    zh: '令牌已被使用：请向操作员索取新令牌。',
  },
  'token-revoked': {
    en: 'The token was revoked: ask the operator for a new one.',
    zh: '令牌已被撤销：请向操作员索取新令牌。',
  },
  unreachable: {
    en: 'The collector cannot be reached at {url}: {detail}. Check the address, DNS, and whether a firewall lets the connection out.',
    zh: '无法连接采集中心 {url}：{detail}。请检查地址、DNS 以及防火墙是否放行。',
  },
  timeout: {
    en: 'The collector at {url} takes the connection but does not answer in time. Try again later.',
    zh: '采集中心 {url} 已接受连接，但未及时应答。请稍后再试。',
  },
  'other-collector': {
    en: 'This is not the collector the token was made for: {url} shows another authority ({detail}). Nothing was sent. Check the address; if it is right, somebody may be in between.',
    zh: '这不是创建该令牌的采集中心：{url} 出示的是另一证书颁发机构（{detail}）。未发送任何内容。请检查地址；如果地址正确，可能有人在中间截取。',
  },
  'server-certificate': {
    en: 'The certificate of {url} is not good: {detail}. Nothing was sent. Use the name that stands in the certificate, or have it renewed.',
    zh: '{url} 的证书无效：{detail}。未发送任何内容。请使用证书中的名称，或更新证书。',
  },
  'plain-http': {
    en: 'Without TLS anybody on the way could read the token: use https:// (http:// is for addresses of this machine only).',
    zh: '没有 TLS，途中任何人都能读取令牌：请使用 https://（http:// 仅限本机地址）。',
  },
  'no-collector': {
    en: 'What answers at {url} is not an Outrider collector: {detail}.',
    zh: '{url} 上应答的不是 Outrider 采集中心：{detail}。',
  },
  'collector-trouble': {
    en: 'The collector cannot do it now: {detail}. Run the same command again later; the token is not lost.',
    zh: '采集中心暂时无法处理：{detail}。请稍后再运行同一命令；令牌不会失效。',
  },
  'bad-request': {
    en: 'The collector did not take the request: {detail}. Run the same command again: it makes a new key.',
    zh: '采集中心未接受申请：{detail}。请再运行同一命令：将生成新密钥。',
  },
  clock: {
    en: 'The clock of this machine is wrong, so no certificate can be checked. It says {clock} UTC; the collector says {date}. Set the clock, then run the same command again.',
    zh: '本机时钟不准，无法检验证书。本机为 {clock} UTC；采集中心为 {date}。请校准时钟后再运行同一命令。',
  },
  rejected: {
    en: 'The request was not approved: {detail}. To try again, ask for a new token.',
    zh: '申请未获批准：{detail}。如需重试，请索取新令牌。',
  },
  'bad-grant': {
    en: 'The collector approved, but what it sent cannot be trusted: {detail}. Nothing was written.',
    zh: '采集中心已批准，但其发送的内容不可信：{detail}。未写入任何内容。',
  },
}
