import { varbindOf } from '../device-value.ts'
import { ActionFailed, type Runner } from '../runner.ts'

export const runSnmpGet: Runner<'snmp-get'> = async (device, args, deps, signal) => {
  const client = deps.snmp(device)
  if (client === undefined) throw new ActionFailed('the device has no SNMP in the configuration of the agent')
  const answer = await client.get(args.oids, signal)
  if (answer.outcome !== 'ok') throw new ActionFailed(`${answer.outcome}: ${answer.detail}`)
  return { values: answer.value.map(varbindOf) }
}
