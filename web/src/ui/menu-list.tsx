import { Menu } from '@mantine/core'
import { Fragment } from 'react'
import { Icon } from './icons.tsx'
import type { MenuButtonProps, MenuEntry } from './menu-button.tsx'

export function MenuList({ target, entries, heading, staysOpen }: MenuButtonProps) {
  return (
    <Menu defaultOpened position="bottom-end" shadow="md" closeOnItemClick={!staysOpen}>
      <Menu.Target>{target}</Menu.Target>
      <Menu.Dropdown>
        {heading === undefined ? null : <Menu.Label>{heading}</Menu.Label>}
        {entries.map((entry) => (
          <Fragment key={entry.key}>
            {entry.divided ? <Menu.Divider /> : null}
            <Menu.Item lang={entry.lang} leftSection={<Mark of={entry} />} onClick={entry.onSelect}>
              {entry.label}
            </Menu.Item>
          </Fragment>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function Mark({ of }: { of: MenuEntry }) {
  if (of.icon) return <Icon name={of.icon} />
  if (of.checked === undefined) return null
  return <Icon name="check" style={{ visibility: of.checked ? 'visible' : 'hidden' }} />
}
