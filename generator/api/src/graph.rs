//! Finds cycles in a directed graph without recursion, because the nesting depth of named schemas
//! is not limited.

/// The strongly connected components of a graph.
pub(crate) struct Components {
    /// The component of each node. Two nodes are reachable from each other if they share one.
    of: Vec<usize>,
    /// All nodes. A node comes after its successors, except in a cycle.
    pub(crate) order: Vec<usize>,
}

impl Components {
    /// Finds the components of a graph with these edges from each node (Tarjan's algorithm).
    pub(crate) fn new(edges: &[Vec<usize>]) -> Self {
        let mut search = Search {
            edges,
            number: vec![0; edges.len()],
            lowest: vec![0; edges.len()],
            visited: 0,
            open: Vec::new(),
            components: Self {
                of: vec![UNKNOWN; edges.len()],
                order: Vec::with_capacity(edges.len()),
            },
        };
        for node in 0..edges.len() {
            if search.number[node] == 0 {
                search.visit(node);
            }
        }
        search.components
    }

    /// Returns the component of a node.
    pub(crate) fn of(&self, node: usize) -> usize {
        self.of[node]
    }

    /// Returns `true` if two nodes are reachable from each other, or are the same.
    pub(crate) fn is_cycle(&self, a: usize, b: usize) -> bool {
        self.of[a] == self.of[b]
    }
}

/// Marks a node whose component is not complete.
const UNKNOWN: usize = usize::MAX;

struct Search<'a> {
    edges: &'a [Vec<usize>],
    /// The position of each node in the order of visits, from 1.
    number: Vec<usize>,
    /// The lowest number of an open node that is reachable from each node.
    lowest: Vec<usize>,
    visited: usize,
    /// Visited nodes without a component.
    open: Vec<usize>,
    components: Components,
}

impl Search<'_> {
    fn visit(&mut self, start: usize) {
        // Nodes on the current path, each with the number of visited edges.
        let mut way = vec![(start, 0)];
        self.enter(start);
        while let Some((node, followed)) = way.last_mut() {
            let node = *node;
            let Some(next) = self.edges[node].get(*followed).copied() else {
                way.pop();
                self.leave(node);
                if let Some((parent, _)) = way.last() {
                    self.lowest[*parent] = self.lowest[*parent].min(self.lowest[node]);
                }
                continue;
            };
            *followed += 1;
            if self.number[next] == 0 {
                self.enter(next);
                way.push((next, 0));
            } else if self.components.of[next] == UNKNOWN {
                self.lowest[node] = self.lowest[node].min(self.number[next]);
            }
        }
    }

    fn enter(&mut self, node: usize) {
        self.visited += 1;
        self.number[node] = self.visited;
        self.lowest[node] = self.visited;
        self.open.push(node);
    }

    fn leave(&mut self, node: usize) {
        self.components.order.push(node);
        if self.lowest[node] != self.number[node] {
            return;
        }
        while let Some(member) = self.open.pop() {
            self.components.of[member] = node;
            if member == node {
                break;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_that_lead_to_each_other_are_a_cycle() {
        let components = Components::new(&[vec![1], vec![2, 3], vec![0], vec![3], vec![3, 0]]);
        assert!(components.is_cycle(0, 1));
        assert!(components.is_cycle(1, 2));
        assert!(!components.is_cycle(1, 3));
        assert!(!components.is_cycle(3, 4));
        assert!(components.is_cycle(4, 4));
    }

    #[test]
    fn a_node_comes_after_those_that_it_leads_to() {
        let components = Components::new(&[vec![1, 2], vec![3], vec![3], vec![]]);
        assert_eq!(components.order, [3, 1, 2, 0]);
    }

    #[test]
    fn a_long_chain_needs_no_stack() {
        let length = 200_000;
        let mut edges: Vec<Vec<usize>> = (1..length).map(|next| vec![next]).collect();
        edges.push(vec![0]);
        assert!(Components::new(&edges).is_cycle(0, length - 1));
    }
}
