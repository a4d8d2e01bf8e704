// A complete configuration of Mosquitto 2 for our agents, as texts. What each line is for stands in it; what it was tried
// with stands in docs/brokers.md.
import { MAX_MESSAGE_BYTES } from '#shared/wire/limits.ts'
import { ALL_UP } from '#shared/wire/topics.ts'

/** The collector's name at a broker that is not ours. The dot keeps it apart from every agent id. */
export const COLLECTOR_NAME = 'outrider.collector'

/** The doctor's: it may speak to itself and to nobody else, and does not take the collector's session over. */
export const DOCTOR_NAME = 'outrider.doctor'

export interface MosquittoOptions {
  /** Folder of the files as Mosquitto sees it, absolute. */
  readonly dir: string
  /** Address to listen on; undefined: all. */
  readonly listen: string | undefined
  readonly port: number
  /** Where Mosquitto writes its process id; undefined: nowhere. */
  readonly pidFile: string | undefined
}

/** Files without secrets, by name: mosquitto.conf, acl and the units that have Mosquitto read a new list. */
export function mosquittoFiles(options: MosquittoOptions): Readonly<Record<string, string>> {
  return {
    'mosquitto.conf': conf(options),
    acl: ACL,
    'outrider-mosquitto-reload.path': pathUnit(options.dir),
    'outrider-mosquitto-reload.service': RELOAD_UNIT,
  }
}

const conf = ({
  dir,
  listen,
  port,
  pidFile,
}: MosquittoOptions): string => `# Mosquitto 2 for Outrider. Written by: outrider-collector broker-config mosquitto

# who may do what: nobody without a certificate, agents their own topics only
per_listener_settings false
allow_anonymous false
acl_file ${dir}/acl

# a wire and not a store: agents keep what is not acknowledged by the collector
persistence false
retain_available false
queue_qos0_messages false
persistent_client_expiration 1h

# limits
max_packet_size ${MAX_MESSAGE_BYTES + 256}
message_size_limit ${MAX_MESSAGE_BYTES}
max_keepalive 300
max_inflight_messages 100
max_queued_messages 10000
max_queued_bytes 134217728
memory_limit 1073741824
set_tcp_nodelay true

# errors are logged; who connects from where is not
sys_interval 0
connection_messages false
log_dest stdout
log_type error
log_type warning
${pidFile === undefined ? '' : `pid_file ${pidFile}\n`}
listener ${port}${listen === undefined ? '' : ` ${listen}`}
max_connections 10000
max_qos 1
max_topic_alias 0
tls_version tlsv1.2
cafile ${dir}/ca.pem
certfile ${dir}/server.pem
keyfile ${dir}/server.key
crlfile ${dir}/crl.pem
require_certificate true
# the certificate's name is the user, whatever user name is sent; and the client id, whatever id is sent
use_identity_as_username true
use_username_as_clientid true
`

const ACL = `# The collector: hears all agents, answers each.
user ${COLLECTOR_NAME}
topic read ${ALL_UP}
topic write ${ALL_UP.replace('/up/', '/down/')}

# The doctor: hears itself.
user ${DOCTOR_NAME}
topic readwrite ${ALL_UP.replace('+', DOCTOR_NAME).replace('/up/+', '/down/ack')}

# An agent: its own topics.
pattern write ${ALL_UP.replace('+', '%u')}
pattern read ${ALL_UP.replace('+', '%u').replace('/up/', '/down/')}
`

const pathUnit = (
  dir: string,
): string => `# Has Mosquitto read the revocation list whenever the collector has written it.
[Unit]
Description=Revocation list of Outrider agents

[Path]
PathChanged=${dir}/crl.pem

[Install]
WantedBy=multi-user.target
`

const RELOAD_UNIT = `[Unit]
Description=Mosquitto reads the revocation list of Outrider agents
# many revocations in a row are no reason to stop
StartLimitIntervalSec=0

[Service]
Type=oneshot
ExecStart=/bin/systemctl reload mosquitto.service
`
