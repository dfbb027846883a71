/** Skips rendering while no property changed: a list of thousands must not render again for one row. */
import { Component, type ComponentType, type FunctionComponent, h } from "preact";

export function memo<P extends object>(inner: FunctionComponent<P>): ComponentType<P> {
  return class extends Component<P> {
    override shouldComponentUpdate(next: P): boolean {
      const keys = Object.keys(next) as (keyof P)[];
      return keys.length !== Object.keys(this.props).length || keys.some((key) => !same(next[key], (this.props as P)[key]));
    }

    override render() {
      return h(inner, this.props as P);
    }
  };
}

/** A list is the same as another one with the same members. */
function same(one: unknown, other: unknown): boolean {
  if (one === other || !Array.isArray(one) || !Array.isArray(other)) return one === other;
  return one.length === other.length && one.every((member, at) => member === other[at]);
}
