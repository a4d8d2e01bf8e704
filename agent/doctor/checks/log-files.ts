// Log files that are to be followed: there, and readable by this user.
import type { Finding } from '#shared/doctor/doctor.ts'
import type { AgentCheck } from '../doctor.ts'
import type { MessageId } from '../words.ts'

export const logFileCheck: AgentCheck = {
  name: 'log files',
  async run({ config, machine }) {
    const paths = config.inputs.files.map((file) => file.path)
    const found = paths.flatMap((path): Finding<MessageId>[] => {
      const problem = machine.unreadable(path)
      if (problem === null) return []
      return [
        problem === 'ENOENT'
          ? { id: 'log-missing', params: { path } }
          : { id: 'log-unreadable', params: { path, problem } },
      ]
    })
    return found.length > 0 ? found : [{ id: 'logs-good', params: { count: paths.length } }]
  },
}
