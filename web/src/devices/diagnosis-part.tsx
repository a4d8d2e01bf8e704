// Why the device is read as it is, whether it lets itself be read now, and what was asked of it before.
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { DeviceDetail } from '#shared/http/inventory.ts'
import { deviceDiagnosticsQuery } from '../api/queries.ts'
import { useMayLookInto, useMayTend } from '../api/role.ts'
import { TestSteps } from '../device-test/test-steps.tsx'
import { useDeviceTest } from '../device-test/use-device-test.ts'
import { EvidenceList } from '../incidents/evidence-list.tsx'
import { Icon } from '../ui/icons.tsx'
import { Empty, Failed, SkeletonRows } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { Facts, Panel } from '../ui/panel.tsx'
import { useSaid } from '../ui/said.ts'
import css from './device.module.css'
import { GENERIC, NoProfile } from './device-identity.tsx'
import type { PartProps } from './device-screen.tsx'

export function DiagnosisPart({ device, onDiagnose }: PartProps) {
  const { t } = useTranslation()
  const evidence = useQuery(deviceDiagnosticsQuery(device.id))
  const mayAsk = useMayLookInto()
  const mayTest = useMayTend()
  return (
    <div className={css.columns}>
      <div className={css.stack}>
        {mayTest ? <CredentialTest device={device} /> : null}
        <Panel
          title={t('device.diagnostics')}
          aside={
            mayAsk && device.actions.length > 0 ? (
              <Button
                size="compact-xs"
                variant="default"
                leftSection={<Icon name="play" size={11} />}
                onClick={onDiagnose}
              >
                {t('diagnostics.run')}
              </Button>
            ) : null
          }
        >
          {evidence.isError ? (
            <Failed failure={evidence.error} retry={() => void evidence.refetch()} />
          ) : evidence.isPending ? (
            <SkeletonRows count={3} />
          ) : evidence.data.items.length === 0 ? (
            <Empty icon="radar" title={t('device.noDiagnostics')} small />
          ) : (
            <EvidenceList items={evidence.data.items} />
          )}
        </Panel>
      </div>
      <div className={css.stack}>
        <ProfileMatch device={device} />
      </div>
    </div>
  )
}

function CredentialTest({ device }: { device: DeviceDetail }) {
  const { t } = useTranslation()
  const test = useDeviceTest(`/devices/${encodeURIComponent(device.id)}/test`)
  return (
    <Panel
      title={t('deviceTest.credentials')}
      aside={
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<Icon name="play" size={11} />}
          loading={test.busy}
          onClick={() => test.start({})}
        >
          {test.row === undefined ? t('deviceTest.test') : t('deviceTest.again')}
        </Button>
      }
    >
      <div className={page.body} data-credential-test>
        <p className={page.hint}>{t('deviceTest.credentialsHint')}</p>
        <TestSteps test={test} />
      </div>
    </Panel>
  )
}

function ProfileMatch({ device }: { device: DeviceDetail }) {
  const { t } = useTranslation()
  const say = useSaid()
  return (
    <Panel title={t('device.profileMatch')}>
      {device.profile === GENERIC ? <NoProfile device={device} /> : null}
      {device.profile === null ? (
        <Empty icon="question" title={t('device.noProfileYet')} small />
      ) : (
        <>
          <Facts
            of={[
              [
                t('column.profile'),
                <b key="p" className="mono">
                  {device.profile}
                </b>,
              ],
              [t('device.profileReason'), say(device.profileReason ?? '')],
              [
                'sysObjectID',
                device.sysObjectId === null ? null : (
                  <span key="o" className="mono">
                    {device.sysObjectId}
                  </span>
                ),
              ],
              ['sysDescr', device.sysDescr],
              [t('device.gives'), t('device.givesCount', { count: new Set(device.series.map((s) => s.metric)).size })],
            ]}
          />
          <p className={css.note}>{t('device.leftOutHint')}</p>
        </>
      )}
    </Panel>
  )
}
