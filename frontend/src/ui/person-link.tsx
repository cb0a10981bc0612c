import { Link } from '@tanstack/react-router'
import styles from './person-link.module.css'

/** A person's name, which leads to their profile. */
export function PersonLink({ name }: { name: string }) {
  return (
    <Link to="/people/$name" params={{ name }} className={styles.link}>
      {name}
    </Link>
  )
}
