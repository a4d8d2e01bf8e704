import { Kbd } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Fragment } from 'react'
import { useTranslation } from 'react-i18next'
import { sessionQuery } from '../api/queries.ts'
import { useSeesAll } from '../api/role.ts'
import { Dialog } from '../ui/dialog.tsx'
import { KEYBOARD_MAP } from './keyboard-map.ts'
import css from './keyboard-sheet.module.css'
import { NAVIGATION, navigationFor } from './navigation.ts'

export function KeyboardSheet({ onClose }: { onClose(): void }) {
  const { t } = useTranslation()
  const role = useQuery(sessionQuery).data?.role
  const seesAll = useSeesAll()
  const screens = navigationFor(role, NAVIGATION, seesAll)
    .flatMap((one) => one.entries)
    .flatMap(({ key, to }) => (key === undefined ? [] : [{ key, name: to.slice(1) }]))
  return (
    <Dialog onClose={onClose} title={t('keys.title')} size="lg">
      <div className={css.groups}>
        {KEYBOARD_MAP.map((group) => (
          <section key={group.name}>
            <h3>{t(`keyGroup.${group.name}`)}</h3>
            <dl>
              {group.lines.map(({ keys, says }) => (
                <Line key={`${keys} ${says}`} keys={keys} says={t(`keys.${says}`)} />
              ))}
            </dl>
          </section>
        ))}
        <section>
          <h3>{t('keyGroup.go')}</h3>
          <dl>
            {screens.map(({ key, name }) => (
              <Line key={key} keys={['g', key]} says={t(`nav.${name}`)} />
            ))}
          </dl>
        </section>
      </div>
    </Dialog>
  )
}

function Line({ keys, says }: { keys: readonly string[]; says: string }) {
  return (
    <>
      <dt>
        {keys.map((key) => (
          <Fragment key={key}>
            {partsOf(key).map((part) => (
              <Kbd key={part}>{nameOf(part)}</Kbd>
            ))}
          </Fragment>
        ))}
      </dt>
      <dd>{says}</dd>
    </>
  )
}

const isApple = /Mac|iP(hone|ad)/.test(navigator.userAgent)

/** Keys held together; plus is a key too. */
const partsOf = (key: string): string[] => (key === '+' ? [key] : key.split('+'))

/** As it stands on the key. */
function nameOf(key: string): string {
  if (key === 'mod') return isApple ? '⌘' : 'Ctrl'
  if (key === 'Escape') return 'Esc'
  if (key === 'shift') return isApple ? '⇧' : 'Shift'
  return key.length === 1 ? key.toUpperCase() : key
}
