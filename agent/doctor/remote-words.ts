// What the agent's doctor says of certificates and what it talks to, in both languages.
import { failure, good, type WordTable, warning } from '#shared/doctor/doctor.ts'

export const REMOTE_WORDS = {
  'identity-good': good(
    'certificate of {agent}, good until {until} ({hours} h)',
    '{agent} 的证书，有效至 {until}（{hours} 小时）',
  ),
  'identity-password': good('{agent} signs in with a password', '{agent} 使用密码登录'),
  'identity-none': failure(
    'the certificate of {agent} is not there',
    '缺少 {agent} 的证书',
    'Enrol it anew: outrider-agent enrol URL --token T --replace',
    '请重新注册：outrider-agent enrol URL --token T --replace',
  ),
  'identity-bad': failure(
    'cannot be used: {problem}',
    '无法使用：{problem}',
    'Restore the folder identity, or enrol anew: outrider-agent enrol URL --token T --replace',
    '请恢复 identity 目录，或重新注册：outrider-agent enrol URL --token T --replace',
  ),
  'identity-other-key': failure(
    'the certificate is not on its key',
    '证书与私钥不匹配',
    'Restore the folder identity, or enrol anew: outrider-agent enrol URL --token T --replace',
    '请恢复 identity 目录，或重新注册：outrider-agent enrol URL --token T --replace',
  ),
  'identity-expired': failure(
    'the certificate of {agent} ended on {until}',
    '{agent} 的证书已于 {until} 过期',
    'Look at the clock first; if it is right, enrol anew: outrider-agent enrol URL --token T --replace',
    '请先检查时间；时间无误则重新注册：outrider-agent enrol URL --token T --replace',
  ),
  'identity-not-yet': failure(
    'the certificate of {agent} holds from {from} only',
    '{agent} 的证书自 {from} 起才生效',
    'The clock of this machine is behind: set it',
    '本机时间偏慢：请校正',
  ),
  'identity-ends-soon': warning(
    'the certificate of {agent} ends on {until}, in {hours} h, and was not renewed',
    '{agent} 的证书将于 {until} 到期（{hours} 小时后），尚未续期',
    'The agent renews it by itself while it is connected: see broker below',
    'agent 连接正常时会自动续期：请查看 broker 一项',
  ),
  'name-unknown': failure(
    '{name} cannot be resolved: {problem}',
    '{name} 无法解析：{problem}',
    'Correct the name, or the DNS server of this machine (/etc/resolv.conf)',
    '请修正名称，或本机的 DNS 服务器（/etc/resolv.conf）',
  ),
  'broker-unreachable': failure(
    '{url} cannot be reached: {problem}',
    '{url} 无法连接：{problem}',
    'Let this machine out to that port (TCP) in the firewalls between; is the collector running?',
    '请在中间防火墙放行本机到该端口的 TCP 出站；并确认采集端正在运行',
  ),
  'broker-plain': warning(
    '{url} is not encrypted',
    '{url} 未加密',
    'Use mqtts://, or enrol this agent',
    '请使用 mqtts://，或注册该 agent',
  ),
  'broker-not-trusted': failure(
    'the certificate of {url} is not trusted: {problem}',
    '{url} 的证书不受信任：{problem}',
    'Is this the right broker, or something in between? Else set broker.ca, or enrol anew when the authority was replaced',
    '请确认连接的是正确的 broker 而非中间设备；否则设置 broker.ca，或在 CA 更换后重新注册',
  ),
  'broker-certificate-time': failure(
    'the certificate of {url} is not valid now: {problem}',
    '{url} 的证书当前无效：{problem}',
    'Compare the clock of this machine first; if it is right, the certificate must be renewed at the broker',
    '请先核对本机时间；时间无误则需在 broker 端更新证书',
  ),
  'broker-no-subscription': failure(
    '{url} refuses the subscription of {agent}: {problem}',
    '{url} 拒绝 {agent} 的订阅：{problem}',
    'The access rules of the broker must give each agent outrider/v1/a/<agent>/down/#',
    'broker 访问规则必须允许每个 agent 读取 outrider/v1/a/<agent>/down/#',
  ),
  'sign-in-good': good('{url}: {agent} signs in, {ms} ms', '{url}：{agent} 登录成功，{ms} 毫秒'),
  'sign-in-refused': failure(
    '{url} refuses {agent}: {problem}',
    '{url} 拒绝 {agent} 登录：{problem}',
    'Look at the Agents page: unknown, revoked or waiting for approval? With a password: broker.password',
    '请在 Agent 页面查看其状态：未知、已吊销或等待批准；使用密码时检查 broker.password',
  ),
  'sign-in-not-tried': warning(
    'an agent runs on this data folder and its page does not answer; signing in would cut it off, so it was not tried',
    '该数据目录上有 agent 正在运行但其页面没有应答；登录会使其断线，因此未尝试',
    'Set health.port, or stop the agent and run doctor again',
    '请设置 health.port，或停止 agent 后重新运行 doctor',
  ),
  'agent-connected': good('the running agent is connected to {url}', '运行中的 agent 已连接 {url}'),
  'agent-not-connected': failure(
    'the running agent is not connected to {url}: {problem}',
    '运行中的 agent 未连接 {url}：{problem}',
    'See the lines above; the agent tries on by itself and keeps its records',
    '请查看上面的结果；agent 会自动重试并保留记录',
  ),
  'collector-silent': failure(
    'the running agent is connected to {url}, the collector does not answer',
    '运行中的 agent 已连接 {url}，但采集端没有应答',
    'Is the collector running and connected to this broker? Run outrider-collector doctor there',
    '请确认采集端正在运行并连接到该 broker；在其上运行 outrider-collector doctor',
  ),
  'collector-refuses': failure(
    'the collector refuses {agent}: {problem}',
    '采集端拒绝 {agent}：{problem}',
    'Look at the Agents page; for a data folder that is an older copy: outrider-agent new-epoch',
    '请查看 Agent 页面；若数据目录为旧副本：outrider-agent new-epoch',
  ),
} as const satisfies WordTable
