// What both doctors say alike of the machine they run on, in both languages.
import { failure, good, type WordTable, warning } from './doctor.ts'

export const MACHINE_WORDS = {
  'folder-missing': warning(
    '{dir} does not exist yet',
    '{dir} 尚不存在',
    'It is made at the first start; make sure the user of the service may create it',
    '首次启动时会创建；请确认服务用户有权创建该目录',
  ),
  'folder-is-file': failure(
    '{dir} is no folder',
    '{dir} 不是目录',
    'Set dataDir to a folder',
    '请把 dataDir 设为一个目录',
  ),
  'folder-not-writable': failure(
    '{dir} cannot be written: {problem}',
    '{dir} 无法写入：{problem}',
    'Give the folder to the user of the service (chown), or mount its file system writable',
    '请把该目录交给服务用户（chown），或以可写方式挂载其文件系统',
  ),
  'folder-other-user': warning(
    '{dir} belongs to user {owner}, doctor runs as {user}',
    '{dir} 属于用户 {owner}，doctor 以用户 {user} 运行',
    'Run doctor as the user of the service, or what it says about rights is not what the service meets',
    '请以服务用户运行 doctor，否则其权限结论与服务实际情况不符',
  ),
  'file-open-to-others': failure(
    '{file} can be read by others (mode {mode})',
    '{file} 可被其他用户读取（权限 {mode}）',
    'chmod 600 {file}',
    'chmod 600 {file}',
  ),
  'clock-good': good('{time}, kept by a time service', '{time}，由时间服务校准'),
  'clock-no-service': warning(
    '{time}; whether a time service keeps it cannot be seen here',
    '{time}；无法确认是否有时间服务校准',
    'In a container the host keeps the clock: look there',
    '在容器中时间由宿主机维护：请在宿主机上检查',
  ),
  'name-good': good('{name} is {addresses}', '{name} 解析为 {addresses}'),
} as const satisfies WordTable
