// The link, seen this once, with what the screen is to show: the choices go into the address, the secret into its fragment.
import { Button, Checkbox, NativeSelect, NumberInput, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Board, MadeKiosk } from '#shared/http/kiosk.ts'
import { BOARDS, DEFAULT_SECONDS, nightOf, wallSearch } from '../kiosk/wall-options.ts'
import { CopyBlock } from '../ui/copy.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Icon } from '../ui/icons.tsx'
import page from '../ui/page.module.css'
import { browserZone } from '../ui/zone.ts'
import css from './wallboards.module.css'

export function LinkMade({ made, onClose }: { made: MadeKiosk; onClose(): void }) {
  const { t } = useTranslation()
  const [seconds, setSeconds] = useState<Readonly<Partial<Record<Board, number>>>>({ alarms: DEFAULT_SECONDS })
  const [look, setLook] = useState({ language: '', theme: 'dark', zone: '', night: '' })
  const views = BOARDS.flatMap((board) => (seconds[board] === undefined ? [] : [{ board, seconds: seconds[board] }]))
  const search = wallSearch({ views, ...look })
  const first = views[0]?.board ?? 'alarms'
  const link = `${location.origin}/kiosk/${first}${search === '' ? '' : `?${search}`}#token=${made.token}`
  const choose = (board: Board, value: number | undefined) =>
    setSeconds(({ [board]: _, ...rest }) => (value === undefined ? rest : { ...rest, [board]: value }))
  const field = (name: keyof typeof look) => ({
    value: look[name],
    onChange: (event: { currentTarget: { value: string } }) => {
      const { value } = event.currentTarget
      setLook((old) => ({ ...old, [name]: value }))
    },
  })
  return (
    <Dialog title={t('wallboards.madeTitle', { name: made.name })} size="lg" holds onClose={onClose}>
      <div className={css.form} data-link-made>
        <p className={css.once}>
          <Icon name="key" size={14} /> {t('wallboards.once')}
        </p>
        <CopyBlock text={link} label={t('wallboards.link')} primary />
        <fieldset className={css.choices}>
          <legend>{t('wallboards.boards')}</legend>
          {BOARDS.map((board) => (
            <div key={board} className={css.board}>
              <Checkbox
                size="xs"
                label={t(`wallboards.board.${board}`)}
                description={t(`wallboards.boardHint.${board}`)}
                checked={seconds[board] !== undefined}
                disabled={views.length === 1 && seconds[board] !== undefined}
                onChange={(event) => choose(board, event.currentTarget.checked ? DEFAULT_SECONDS : undefined)}
              />
              {views.length > 1 && seconds[board] !== undefined ? (
                <NumberInput
                  size="xs"
                  aria-label={t('wallboards.secondsOf', { board: t(`wallboards.board.${board}`) })}
                  suffix={t('wallboards.seconds')}
                  min={5}
                  max={3600}
                  allowDecimal={false}
                  hideControls
                  value={seconds[board]}
                  onChange={(value) => choose(board, Math.min(3600, Math.max(5, Number(value) || DEFAULT_SECONDS)))}
                />
              ) : null}
            </div>
          ))}
        </fieldset>
        <div className={page.pair}>
          <NativeSelect
            label={t('wallboards.language')}
            {...field('language')}
            data={[
              { value: '', label: t('wallboards.likeBrowser') },
              { value: 'zh-CN', label: t('language.zh-CN') },
              { value: 'en', label: t('language.en') },
            ]}
          />
          <NativeSelect
            label={t('wallboards.theme')}
            {...field('theme')}
            data={(['dark', 'light', 'auto'] as const).map((value) => ({ value, label: t(`theme.${value}`) }))}
          />
        </div>
        <div className={page.pair}>
          <TextInput
            label={t('wallboards.zone')}
            description={t('wallboards.zoneHint')}
            placeholder={browserZone()}
            {...field('zone')}
          />
          <TextInput
            label={t('wallboards.night')}
            description={t('wallboards.nightHint')}
            placeholder="22-6"
            {...field('night')}
            error={look.night !== '' && nightOf(look.night) === null ? t('wallboards.nightWrong') : undefined}
          />
        </div>
        <p className={page.hint}>{t('wallboards.openHint')}</p>
        <div className={page.buttons}>
          <Button
            variant="default"
            renderRoot={(props) => (
              <a href={link} target="_blank" rel="noreferrer noopener" {...props}>
                {props.children}
              </a>
            )}
          >
            {t('wallboards.openHere')}
          </Button>
          <Button onClick={onClose}>{t('wallboards.done')}</Button>
        </div>
      </div>
    </Dialog>
  )
}
