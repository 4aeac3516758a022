//! Computes the coarsest partition of a graph in which the members of a class refer to the same
//! classes, with Hopcroft's algorithm. The time is `O(n log² n)` for `n` nodes and references.

use std::collections::BTreeMap;

/// Returns the class of each node. Two nodes are in one class if they are in one of `classes`,
/// have equally many targets, and their targets are in the same classes, in the same order.
pub(super) fn refined(classes: &[usize], targets: &[Vec<usize>]) -> Vec<usize> {
    let mut partition = Partition::new(classes, targets);
    // For each target, the references to it: the position among the targets of a node, and the
    // node.
    let mut references = vec![Vec::new(); targets.len()];
    for (node, targets) in targets.iter().enumerate() {
        for (position, target) in targets.iter().enumerate() {
            references[*target].push((position, node));
        }
    }
    let mut pending: Vec<usize> = (0..partition.members.len()).collect();
    let mut is_pending = vec![true; pending.len()];
    while let Some(splitter) = pending.pop() {
        is_pending[splitter] = false;
        let members = partition.members[splitter].iter();
        let mut edges: Vec<(usize, usize)> = members
            .flat_map(|member| references[*member].iter().copied())
            .collect();
        edges.sort_unstable();
        for same_position in edges.chunk_by(|(one, _), (other, _)| one == other) {
            for (class, added) in partition.split(same_position.iter().map(|(_, node)| *node)) {
                is_pending.push(false);
                // If a class was already a splitter, its larger part cannot split any further
                // class.
                let is_smaller = partition.members[added].len() < partition.members[class].len();
                let next = match is_pending[class] || is_smaller {
                    true => added,
                    false => class,
                };
                is_pending[next] = true;
                pending.push(next);
            }
        }
    }
    partition.class_of
}

struct Partition {
    class_of: Vec<usize>,
    /// The nodes of each class.
    members: Vec<Vec<usize>>,
    /// The position of each node in its class.
    places: Vec<usize>,
}

impl Partition {
    fn new(classes: &[usize], targets: &[Vec<usize>]) -> Self {
        let mut numbers = BTreeMap::new();
        let mut partition = Self {
            class_of: Vec::with_capacity(classes.len()),
            members: Vec::new(),
            places: Vec::with_capacity(classes.len()),
        };
        for (node, (class, targets)) in classes.iter().zip(targets).enumerate() {
            let next = numbers.len();
            let class = *numbers.entry((class, targets.len())).or_insert(next);
            if class == next {
                partition.members.push(Vec::new());
            }
            partition.class_of.push(class);
            partition.places.push(partition.members[class].len());
            partition.members[class].push(node);
        }
        partition
    }

    /// Moves the nodes of each class that also has other nodes into a new class. Returns each old
    /// class with its new class.
    fn split(&mut self, nodes: impl Iterator<Item = usize>) -> Vec<(usize, usize)> {
        let mut by_class: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for node in nodes {
            by_class.entry(self.class_of[node]).or_default().push(node);
        }
        by_class.retain(|class, nodes| nodes.len() < self.members[*class].len());
        let split = by_class.into_iter();
        split
            .map(|(class, nodes)| {
                let added = self.members.len();
                for (place, node) in nodes.iter().enumerate() {
                    self.remove(*node);
                    self.class_of[*node] = added;
                    self.places[*node] = place;
                }
                self.members.push(nodes);
                (class, added)
            })
            .collect()
    }

    fn remove(&mut self, node: usize) {
        let members = &mut self.members[self.class_of[node]];
        let place = self.places[node];
        members.swap_remove(place);
        if let Some(moved) = members.get(place) {
            self.places[*moved] = place;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    /// Numbers classes in the order of their first nodes.
    fn numbered(classes: &[usize]) -> Vec<usize> {
        let mut numbers = HashMap::new();
        let number = |class: &usize| {
            let next = numbers.len();
            *numbers.entry(*class).or_insert(next)
        };
        classes.iter().map(number).collect()
    }

    /// Refines all classes at once until nothing changes, which is quadratic.
    fn slowly_refined(classes: &[usize], targets: &[Vec<usize>]) -> Vec<usize> {
        let mut classes = numbered(classes);
        loop {
            let mut numbers = HashMap::new();
            let refined = classes.iter().zip(targets).map(|(class, targets)| {
                let targets: Vec<usize> = targets.iter().map(|it| classes[*it]).collect();
                let next = numbers.len();
                *numbers.entry((*class, targets)).or_insert(next)
            });
            let refined: Vec<usize> = refined.collect();
            if refined == classes {
                return classes;
            }
            classes = refined;
        }
    }

    #[test]
    fn nodes_are_told_apart_by_what_they_lead_to() {
        // Two chains of three, whose ends differ, and two circles.
        let classes = [0, 0, 1, 0, 0, 2, 3, 3];
        let targets = [
            vec![1],
            vec![2],
            vec![],
            vec![4],
            vec![5],
            vec![],
            vec![7],
            vec![6],
        ];
        let refined = refined(&classes, &targets);
        assert_eq!(numbered(&refined), [0, 1, 2, 3, 4, 5, 6, 6]);
    }

    #[test]
    fn random_graphs_have_the_classes_of_a_simple_refinement() {
        let mut state = 7_u64;
        let mut below = |count: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state % 1_000).unwrap_or_default() % count
        };
        for _ in 0..2_000 {
            let count = 1 + below(12);
            let classes: Vec<usize> = (0..count).map(|_| below(3)).collect();
            let targets: Vec<Vec<usize>> = (0..count)
                .map(|_| (0..below(3)).map(|_| below(count)).collect())
                .collect();
            let expected = slowly_refined(&classes, &targets);
            let found = numbered(&refined(&classes, &targets));
            assert_eq!(found, expected, "{classes:?} {targets:?}");
        }
    }

    #[test]
    fn a_long_chain_takes_no_quadratic_time() {
        // Two chains of equal nodes, whose ends differ.
        let length = 200_000;
        let classes: Vec<usize> = (0..2 * length)
            .map(|node| match node + 1 {
                end if end == 2 * length => length,
                _ => node % length,
            })
            .collect();
        let targets: Vec<Vec<usize>> = (0..2 * length)
            .map(|node| match (node + 1) % length {
                0 => vec![],
                _ => vec![node + 1],
            })
            .collect();
        let refined = refined(&classes, &targets);
        assert!((0..length).all(|node| refined[node] != refined[node + length]));
    }
}
